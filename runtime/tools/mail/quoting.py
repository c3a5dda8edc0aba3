"""What the sender wrote himself: a text without quoted history and signature, as common mail programs write them."""

import re
from itertools import islice

LONGEST_LINE = 2_000
MOST_LINES = 20_000
MOST_SIGNATURE_LINES = 15
_FOOTER = re.compile(r"^_{20,}$")
_QUOTED = re.compile(r"^\s{0,3}>")
_FROM = r"from|von|de|da|van|från|fra|od|lähettäjä|от|от кого|发件人|寄件者|差出人|보낸 사람|gönderen"
_OTHER = (
    r"sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|objet|à|fecha|enviado|enviado el|para|asunto|"
    r"inviato|data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|отправлено|дата|кому|копия|тема|"
    r"发送时间|收件人|抄送|主题|reply-to|importance|on behalf of"
)
_HEADER_LINE = re.compile(rf"^[\s>*]*({_FROM}|{_OTHER})\s?\*{{0,2}}\s?[:：]\*{{0,2}}(\s|$)", re.IGNORECASE)
_FROM_LINE = re.compile(rf"^[\s>*]*({_FROM}|date|subject)\s?\*{{0,2}}\s?[:：]", re.IGNORECASE)
_DIVIDER = re.compile(
    r"^\s*[-_*=]{2,}\s*(original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|"
    r"message d'origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|"
    r"исходное сообщение|пересылаемое сообщение|原始邮件|mensagem original)\s*[-_*=]*\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[-_*]{5,}\s*$")
_WROTE = (
    r"(wrote|writes|schrieb|schreef|a écrit|escribió|ha scritto|escreveu|skrev|"
    r"napisał\(a\)|napisał|написал\(а\)|написал|написала|пишет|"
    r"kirjoitti|yazdı|写道|寫道|のメッセージ)"
)
_ATTRIBUTION = re.compile(
    rf"^[\s>-]*(on|am|le|el|il|op|em|den|dnia|в|\d+|mon|tue|wed|thu|fri|sat|sun|---? on)\b.{{0,400}}{_WROTE}"
    r"(\s*(:|：|\.{3}|$).{0,80}|\s.{0,160}[:：]\s*)$",
    re.IGNORECASE | re.DOTALL,
)
_SHORT_ATTRIBUTION = re.compile(rf"^[^.!?]{{0,200}}{_WROTE}\s?:\s*$", re.IGNORECASE | re.DOTALL)
_DATED = re.compile(
    r"^\s*(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс)\w{0,8},).{0,200}"
    r"(<[^<>\s]+@[^<>\s]+>|[\w.+-]+@[\w.-]+)[^\w]{0,4}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_SENT_FROM = re.compile(
    r"^\s*(sent (from|with|via) (my |a |an |the )?[\w '’()./:?&=-]{1,60}|get outlook for \w+|"
    r"von meinem [\w ]{1,30} gesendet|"
    r"gesendet (von|mit) [\w ]{1,40}|envoyé (de|depuis) mon [\w ]{1,30}|enviado desde mi [\w ]{1,30}|"
    r"inviato da(l mio)? [\w ]{1,30}|отправлено (с|из) [\w ]{1,30}|verzonden vanaf mijn [\w ]{1,30})\s*$",
    re.IGNORECASE,
)
_NAME_DASH = re.compile(r"^[-–—][A-Z]\w+( [A-Z][\w.]+){0,2}\s*$")


def reply_part(text: str) -> str:
    """The sender's own words; the whole text where nothing else would be left (a forward, a quote alone)."""
    lines = [line[:LONGEST_LINE] if len(line) > 4 * LONGEST_LINE else line for line in text.split("\n")[:MOST_LINES]]
    own = _own_lines(lines)
    kept = "\n".join(_without_signature(own)).strip()
    if not kept:
        kept = "\n".join(own).strip()
    return re.sub(r"\n{3,}", "\n\n", kept) or text.strip()


def _own_lines(lines: list[str]) -> list[str]:
    own: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _QUOTED.match(line):
            at += 1
            continue
        length = _attribution(lines, at)
        if length:
            following = next((later for later in lines[at + length :] if later.strip()), "")
            if _QUOTED.match(following):
                at += length
                continue
            if _has_words(own):
                break
            at += length
            continue
        if _DIVIDER.match(line) or _header_block(lines, at):
            if _has_words(own):
                break
            if _DIVIDER.match(line):
                own = []
        own.append(line)
        at += 1
    return own


def _has_words(lines: list[str]) -> bool:
    return any(re.search(r"\w|[^\s\x00-\x7f]|:\S+:", line) for line in lines)


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here say who wrote the quoted words that follow; 0 where none do."""
    first = lines[at].strip()
    if not first:
        return 0
    for count in (1, 2, 3, 4):
        piece = [line.strip() for line in lines[at : at + count]]
        if len(piece) < count or not all(piece) or (count > 1 and _QUOTED.match(lines[at + count - 1])):
            return 0
        joined = " ".join(piece)
        if len(joined) > 500:
            return 0
        dated = any(character.isdigit() for character in joined) or "@" in joined
        if dated and (_ATTRIBUTION.match(joined) or _DATED.match(joined)) and _ends_there(joined):
            return count
        if count == 1 and dated and _SHORT_ATTRIBUTION.match(joined):
            return count
    return 0


def _ends_there(joined: str) -> bool:
    return (
        joined.rstrip().endswith((":", "：", "...")) or re.search(rf"{_WROTE}\s*$", joined, re.IGNORECASE) is not None
    )


def _header_block(lines: list[str], at: int) -> bool:
    """Whether an Outlook-like head of a quoted mail (From, Sent, To, Subject) starts here, after a rule or not."""
    if _RULE.match(lines[at]):
        following = [number for number in range(at + 1, min(at + 4, len(lines))) if lines[number].strip()]
        return bool(following) and _header_block(lines, following[0])
    if not _FROM_LINE.match(lines[at]):
        return False
    near = [line for line in lines[at : at + 8] if line.strip()][:6]
    return sum(1 for line in near if _HEADER_LINE.match(line)) >= 3


def _next_words(lines: list[str], start: int) -> list[str]:
    """The lines with words from here on, only as many as tell a signature from a text."""
    return list(islice((line for line in islice(lines, start, None) if line.strip()), MOST_SIGNATURE_LINES + 1))


def _without_signature(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        bare = line.rstrip()
        if bare == "--" or line.strip(" \xa0") == "--":
            if len(_next_words(lines, number + 1)) <= MOST_SIGNATURE_LINES:
                break
        elif _SENT_FROM.match(line):
            continue
        elif _FOOTER.match(bare):
            rest = _next_words(lines, number + 1)
            if len(rest) <= 6 and any("list" in later.lower() for later in rest):
                break
        kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept[:-1] if kept and _NAME_DASH.match(kept[-1]) else kept
