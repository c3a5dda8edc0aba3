"""What an http grant may say: addresses, methods, headers, credentials by name, limits, and what counts as reading."""

import re
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from runtime.tools.http.address import Address, address_of, base_address
from runtime.tools.http.network import Network

READS = ("GET", "HEAD")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
OURS = frozenset(
    [
        *("host", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "upgrade", "te"),
        *(
            "trailer",
            "expect",
            "accept-encoding",
            "user-agent",
            "idempotency-key",
            "forwarded",
            "via",
            "x-forwarded-for",
        ),
    ]
)
"""Headers the program writes itself, or nobody: they say where a request goes and where it ends."""
CREDENTIALS = frozenset(["authorization", "cookie", "proxy-authorization", "set-cookie"])
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


def header_name(text: str) -> str:
    """A name the program does not write itself. Raises ValueError with a sentence."""
    if _TOKEN.fullmatch(text) is None:
        raise ValueError("This is no name of a header, for example X-Request-Reason.")
    if text.lower() in OURS or text.lower().startswith("proxy-"):
        raise ValueError(f"{text} is written by the program itself.")
    return text


def header_value(text: str) -> str:
    """One line of plain letters. Raises ValueError with a sentence that does not repeat it: it may be a secret."""
    if len(text) > 4_000 or _VALUE.fullmatch(text) is None:
        raise ValueError("The value of a header is one line of plain letters without blanks around it.")
    return text


def _not_secret(text: str) -> str:
    if header_name(text).lower() in CREDENTIALS:
        raise ValueError(f"{text} carries a credential: name its keyring account under credentials.")
    return text


def _prefix(text: str) -> str:
    if text and re.fullmatch(r"[A-Za-z0-9]{1,20} ?", text) is None:
        raise ValueError("What stands before the secret is a word and a blank, for example 'Bearer '.")
    return text


def _network(text: str) -> str:
    return str(ip_network(text))


PlainName = Annotated[str, AfterValidator(_not_secret)]
PlainValue = Annotated[str, AfterValidator(header_value)]
Base = Annotated[str, AfterValidator(base_address)]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


class Credential(BaseModel):
    """A header whose value is in the keyring; the grant names the account alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    header: Annotated[str, AfterValidator(header_name)] = Field("Authorization", description="Name of the header.")
    account: str = Field(min_length=1, max_length=200, description="Keyring account that holds the secret.")
    prefix: Annotated[str, AfterValidator(_prefix)] = Field("", description="What stands before it: 'Bearer '.")
    address: str = Field("", description="The base address it is for; may be left out where there is only one.")


class HttpOptions(BaseModel):
    """Options of the ``http`` family."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    addresses: tuple[Base, ...] = Field(
        min_length=1, max_length=50, description="Requests go to these addresses and to what lies below them."
    )
    methods: tuple[Method, ...] = Field(("GET", "HEAD"), min_length=1, description="Methods that may be used.")
    get_only_reads: bool = Field(
        False,
        description="GET and HEAD at these addresses count as reading. Off: each asks as what leaves for good does, "
        "since an address can carry data out.",
    )
    headers: tuple[PlainName, ...] = Field((), max_length=50, description="Further headers the agent may set.")
    fixed_headers: dict[PlainName, PlainValue] = Field(
        default_factory=dict, max_length=50, description="Headers every request carries."
    )
    credentials: tuple[Credential, ...] = Field((), max_length=20, description="Headers with a secret of the keyring.")
    keyed: bool = Field(
        False, description="The server honours Idempotency-Key: after a crash the same request is sent again with it."
    )
    key_hours: int = Field(
        24, ge=1, le=8_760, description="So long the server knows a key; after that a person is asked."
    )
    delete_undoes: bool = Field(
        False,
        description="Where the server names what a POST made (Location), undoing sends DELETE there; "
        "of what is sent such a grant allows POST alone.",
    )
    private_networks: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        (), max_length=20, description="Networks of this machine or house that may be reached: 127.0.0.1/32."
    )
    longest_body: int = Field(200_000, ge=0, le=5_000_000, description="Bytes a request may carry.")
    longest_answer: int = Field(1_000_000, ge=1, le=10_000_000, description="Bytes of an answer that are read.")
    time_limit_s: int = Field(30, ge=1, le=300, description="Seconds a request may take as a whole.")

    @field_validator("delete_undoes")
    @classmethod
    def _post_alone(cls, undoes: bool, info: ValidationInfo) -> bool:
        methods = set(info.data.get("methods", ("POST",))) & set(WRITES)
        if undoes and methods != {"POST"}:
            raise ValueError("Only what a POST made is undone so: of what is sent, grant POST alone.")
        return undoes

    @field_validator("fixed_headers")
    @classmethod
    def _each_once(cls, fixed: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        names = [name.lower() for name in (*info.data.get("headers", ()), *fixed)]
        if len(set(names)) < len(names):
            raise ValueError("One of the headers is named twice.")
        return fixed

    @field_validator("credentials")
    @classmethod
    def _have_a_place(cls, credentials: tuple[Credential, ...], info: ValidationInfo) -> tuple[Credential, ...]:
        addresses: tuple[str, ...] = info.data.get("addresses", ())
        for at, one in enumerate(credentials if addresses else (), 1):
            if one.address not in addresses and (one.address or len(addresses) > 1):
                raise ValueError(f"Number {at}: its address is one of addresses, exactly as it is written there.")
            place = address_of(one.address or addresses[0])
            if place.scheme != "https" and not place.here:
                raise ValueError(f"Number {at}: a secret goes over https only; {place.text} is not.")
        return credentials

    def _place(self, credential: Credential) -> str:
        return credential.address or self.addresses[0]

    @property
    def networks(self) -> tuple[Network, ...]:
        """The private networks that are granted."""
        return tuple(ip_network(text) for text in self.private_networks)

    def covers(self, address: Address) -> bool:
        """Whether the grant allows this address."""
        return any(address.below(address_of(base)) for base in self.addresses)

    def credentials_for(self, address: Address) -> tuple[Credential, ...]:
        """Those that go along to this address, and to no other."""
        return tuple(one for one in self.credentials if address.below(address_of(self._place(one))))
