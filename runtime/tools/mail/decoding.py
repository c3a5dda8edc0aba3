"""Bytes to text for mail as it really is: damaged base64, wrong or unknown character sets, NUL bytes. Never raises."""

import binascii
import codecs
import re

ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "chinesesimplified": "gb18030",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "korean": "cp949",
    "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932", "x-euc-jp": "euc_jp",
    "big5": "big5hkscs", "x-x-big5": "big5hkscs", "windows-874": "cp874", "tis-620": "cp874", "iso-8859-11": "cp874",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252", "iso-8859-9": "cp1254", "x-mac-roman": "mac_roman", "macintosh": "mac_roman",
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "utf8": "utf-8", "x-unicode": "utf-8", "unicode": "utf-8",
    "koi8r": "koi8-r", "win-1251": "cp1251", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "cp-850": "cp850",
}  # fmt: skip
NO_CHARSETS = {
    "",
    "unknown",
    "x-unknown",
    "unknown-8bit",
    "8bit",
    "7bit",
    "default",
    "default_charset",
    "binary",
    "none",
}
FORBIDDEN = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
SEVEN_BIT_SETS = ("iso2022", "iso-2022", "utf-7", "utf_7", "hz", "utf-16", "utf_16", "utf-32", "utf_32")
_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ", re.MULTILINE)


def clean(text: str) -> str:
    """Without what no text holds: control characters go, lone surrogates become U+FFFD, lines end in \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))


def as_bytes(payload: str) -> bytes:
    """The bytes behind a payload of the email parser, which keeps 8-bit bytes as surrogates."""
    try:
        return payload.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return payload.encode("utf-8", "surrogatepass")


def codec_for(charset: str) -> str | None:
    """The codec of a declared character set, or None where it names none that is a character set."""
    name = charset.strip().strip("\"'").lower()
    name = ALIASES.get(name, name)
    if name in NO_CHARSETS:
        return None
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if info.name.replace("-", "_") in FORBIDDEN or not getattr(info, "_is_text_encoding", True):
        return None
    return name


def decode_text(content: bytes, charset: str, defects: list[str]) -> str:
    """Text of a body: the declared set where it fits, else UTF-8, else what reads best; differences are told."""
    for mark, marked in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return clean(content[len(mark) :].decode(marked, "replace"))
    codec = codec_for(charset)
    if content.isascii() and b"\x1b" not in content and (codec is None or not codec.startswith(SEVEN_BIT_SETS)):
        return clean(content.decode("ascii"))
    if charset and codec is None and charset.strip().lower() not in NO_CHARSETS:
        defects.append(f"The character set {clean(charset)[:40]!r} is not known.")
    as_utf8 = _strict(content, "utf-8")
    if codec is not None and codec.startswith(SEVEN_BIT_SETS):
        strict = _strict(content, codec)
        return clean(content.decode(codec, "replace") if strict is None else strict)
    if as_utf8 is not None and (codec in (None, "utf-8") or _surely_utf8(content)):
        if codec not in (None, "utf-8", "cp1252"):
            defects.append(f"The text says it is {clean(charset)[:40]} but is UTF-8; it was read as UTF-8.")
        return _from_utf8(as_utf8, content)
    if codec is not None:
        strict = _strict(content, codec)
        if strict is not None:
            return clean(strict)
    return _best_guess(content, codec, as_utf8, defects)


def _from_utf8(text: str, content: bytes) -> str:
    if b"\x1b$" in content:
        japanese = _strict(content, "iso2022_jp")
        if japanese is not None:
            return clean(japanese)
    return clean(text)


def _best_guess(content: bytes, codec: str | None, as_utf8: str | None, defects: list[str]) -> str:
    if as_utf8 is not None:
        return clean(as_utf8)
    tries = [content.decode(name, "replace") for name in dict.fromkeys((codec or "utf-8", "utf-8", "cp1252"))]
    best = min(tries, key=lambda text: text.count("\ufffd"))
    if codec is None and content.count(b"\x00") * 3 > len(content):
        best = content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be", "replace")
    defects.append("Some characters fit no character set the mail names; they were read as well as possible.")
    return clean(best)


def _strict(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _surely_utf8(content: bytes) -> bool:
    """Valid UTF-8 of this kind is no accident: a sequence of three bytes, or four sequences; or plain ASCII."""
    starts = len(re.findall(rb"[\xc2-\xf4]", content))
    return starts == 0 or starts >= 4 or re.search(rb"[\xe0-\xf4]", content) is not None


def decode_transfer(content: bytes, encoding: str, defects: list[str]) -> bytes:
    """Undo the transfer encoding of a part, as much of it as can be undone."""
    name = encoding.strip().strip("\"'").lower()
    if name == "base64":
        return _from_base64(content, defects)
    if name == "quoted-printable":
        try:
            return binascii.a2b_qp(content)
        except (binascii.Error, ValueError):
            defects.append("Quoted-printable text is damaged; it is shown as it came.")
            return content
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return decode_uu(content)
    return content


def _from_base64(content: bytes, defects: list[str]) -> bytes:
    squeezed = b"".join(content.split())
    letters = _NOT_BASE64.sub(b"", squeezed)
    if len(squeezed) - len(letters) > len(squeezed) // 10 or _reads_as_words(content):
        if squeezed:
            defects.append("A part says it is base64 but is not; it was read as it came.")
        return content
    pieces, damaged = [], len(letters) != len(squeezed)
    for piece in re.split(rb"=+", letters):
        if len(piece) % 4 == 1:
            piece, damaged = piece[:-1], True
        if piece:
            pieces.append(binascii.a2b_base64(piece + b"=" * (-len(piece) % 4)))
    if damaged:
        defects.append("Base64 text is damaged; what could be read of it was read.")
    return b"".join(pieces)


def _reads_as_words(content: bytes) -> bool:
    words = content[:2000].split()
    return len(words) >= 4 and sum(len(word) for word in words) / len(words) < 16


def decode_uu(content: bytes) -> bytes:
    """Decode uuencoded lines between ``begin`` and ``end``; lines that are damaged are left out."""
    found = _UU_BEGIN.search(content)
    lines = content[found.end() :].splitlines()[1:] if found else content.splitlines()
    decoded = []
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            try:
                decoded.append(binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1]))
            except (binascii.Error, IndexError):
                continue
    return b"".join(decoded)
