"""The world of the harbour desk: who owns what, kept in memory.

A small switchboard company in Iceland, Estonia and Portugal. Nothing here is shared with any other part of the project.
"""

from __future__ import annotations

import secrets
import threading
import time
import unicodedata
import uuid
from dataclasses import dataclass, field

# ISO 3166-1, each word an alpha-2 code followed by its alpha-3 code.
_ISO_WORDS = """
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB BDBGD BEBEL
BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR BZBLZ CACAN CCCCK CDCOD
CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA
DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF
GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN
IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA
KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE
MFMAF MGMDG MHMHL MKMKD MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM
NCNCL NENER NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM
PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP SHSHN SISVN
SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF TGTGO THTHA TJTJK TKTKL
TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR
VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE
"""
ALPHA_2 = frozenset(word[:2] for word in _ISO_WORDS.split())
ALPHA_3 = {word[2:]: word[:2] for word in _ISO_WORDS.split()}
SERVED = frozenset({"IS", "EE", "PT"})


@dataclass(frozen=True)
class User:
    name: str
    password: str
    account: str
    may_write: bool


@dataclass(frozen=True)
class Property:
    sid: str
    account: str


@dataclass
class Line:
    """A phone number that some property holds."""

    digits: str
    property_sid: str
    kind: str
    abilities: frozenset[str]
    settings: dict[str, str]


@dataclass(frozen=True)
class Stock:
    """A phone number that nobody holds yet."""

    digits: str
    country: str
    place: Place
    kind: str
    abilities: frozenset[str]


@dataclass(frozen=True)
class Place:
    country: str
    region: str
    city: str
    post_codes: frozenset[str]


PLACES = (
    Place("IS", "Norðurland eystra", "Akureyri", frozenset({"600", "603"})),
    Place("IS", "Höfuðborgarsvæðið", "Reykjavík", frozenset({"101", "105", "107"})),
    Place("IS", "Austurland", "Egilsstaðir", frozenset({"700"})),
    Place("EE", "Harju maakond", "Tallinn", frozenset({"10111", "10145"})),
    Place("EE", "Tartu maakond", "Tartu", frozenset({"51003"})),
    Place("PT", "Faro", "Olhão", frozenset({"8700-152"})),
    Place("PT", "Lisboa", "Sintra", frozenset({"2710-590"})),
)

_OURS, _THEIRS = "70418823905", "70455190276"
USERS = {
    user.name: user
    for user in (
        User("harbourmaster@skerry.example", "tide:table 7", _OURS, True),
        User("lookout@skerry.example", "glass-eye~03", _OURS, False),
    )
}
_QUAY = "9d3c1f52-6b0e-4c1a-8f57-2ad0c4be7711"
_PIER = "41e7a80d-95c2-4f3b-b6a8-c03f9e5d2264"
_REEF = "c58b2e96-07d4-4a19-9e3d-71f6b0a4d835"


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _address(sid: str, account: str, **members: str) -> dict[str, str]:
    return {"AddressSid": sid, "AccountSid": account, **members, "Status": "Verified"}


def _addresses() -> dict[str, dict[str, str]]:
    rows = (
        _address(
            "3380157264",
            _OURS,
            Friendly="Net loft",
            Line1="Strandgata 12",
            City="Akureyri",
            CountryCode="IS",
            PostalCode="600",
        ),
        _address(
            "3391720488",
            _OURS,
            Friendly="Counting house",
            Reference="CH-1",
            Line1="Hafnarstræti 5",
            Line2="2. hæð",
            City="Reykjavík",
            Region="Höfuðborgarsvæðið",
            CountryCode="IS",
            PostalCode="101",
        ),
        _address("3402846613", _OURS, Friendly="Bonded store", Line1="Sadama 6", City="Tallinn", CountryCode="EE"),
        _address("5519034872", _THEIRS, Friendly="Lighthouse", Line1="Rua do Farol 1", City="Olhão", CountryCode="PT"),
    )
    return {row["AddressSid"]: row for row in rows}


def _lines() -> dict[str, Line]:
    everything = frozenset({"Voice", "SMS", "MMS"})
    rows = (
        Line("3545871203", _QUAY, "Local", everything, {"Friendly": "Front desk", "AddressSid": "3391720488"}),
        Line(
            "3548003377",
            _QUAY,
            "Toll-Free",
            frozenset({"Voice"}),
            {"Friendly": "Free line", "AddressSid": "3402846613"},
        ),
        Line("37255019321", _PIER, "National", everything, {"Friendly": "Pier office", "AddressSid": "3402846613"}),
        Line("37255019322", _PIER, "Local", everything, {"Friendly": "Pier night", "AddressSid": "3391720488"}),
        Line("351215550173", _REEF, "Local", everything, {"Friendly": "Reef", "AddressSid": "5519034872"}),
    )
    return {row.digits: row for row in rows}


def _stock() -> dict[str, Stock]:
    kinds = ("Local", "Local", "National", "Toll-Free", "Shared-Rate")
    found: dict[str, Stock] = {}
    for start, count, places in (
        (3545880100, 28, PLACES[:3]),
        (37255770200, 16, PLACES[3:5]),
        (351215551300, 12, PLACES[5:]),
    ):
        for step in range(count):
            place, kind = places[step % len(places)], kinds[step // len(places) % len(kinds)]
            abilities = frozenset({"Voice", "SMS", "MMS"} if step % 4 else {"Voice"})
            found[str(start + 7 * step)] = Stock(str(start + 7 * step), place.country, place, kind, abilities)
    return found


def _call(sid: str, property_sid: str, start: int, ended: str, **members: object) -> dict[str, object]:
    return {"CallSid": sid, "PropertySid": property_sid, "DateStart": start, "Disposition": ended, **members}


def _calls() -> dict[str, dict[str, object]]:
    rows = [
        _call(
            "01J9QK3V7T-QUAY-0001",
            _QUAY,
            1718000100,
            "Answered",
            To="3545871203",
            Endpoint="3546661001",
            Duration=74,
            Attribution_Source="almanac",
        ),
        _call("01J9QK3V7T-QUAY-0057", _QUAY, 1718003600, "NoAnswer", To="3545871203", Endpoint="3546661001"),
        _call("01J9QK3V7T-QUAY-0193", _QUAY, 1718090400, "IVR", To="3548003377", Duration=12),
        _call("01J9QK3V7T-PIER-0004", _PIER, 1718041000, "Busy", To="37255019321"),
        _call("01J9QK3V7T-PIER-0088", _PIER, 1718042000, "Failed", To="37255019322"),
        _call("01J9QK3V7T-REEF-0031", _REEF, 1718000900, "Answered", To="351215550173"),
    ]
    return {str(row["CallSid"]): row for row in rows}


@dataclass
class World:
    properties: dict[str, Property] = field(
        default_factory=lambda: {
            sid: Property(sid, owner) for sid, owner in ((_QUAY, _OURS), (_PIER, _OURS), (_REEF, _THEIRS))
        }
    )
    accounts: frozenset[str] = frozenset({_OURS, _THEIRS})
    addresses: dict[str, dict[str, str]] = field(default_factory=_addresses)
    lines: dict[str, Line] = field(default_factory=_lines)
    stock: dict[str, Stock] = field(default_factory=_stock)
    calls: dict[str, dict[str, object]] = field(default_factory=_calls)
    messages: dict[str, dict[str, object]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def owner_of(self, line: Line) -> str:
        return self.properties[line.property_sid].account

    def linked(self, address_sid: str) -> bool:
        return any(line.settings.get("AddressSid") == address_sid for line in self.lines.values())

    def new_address(self, account: str, members: dict[str, str]) -> dict[str, str]:
        sid = next(
            s for s in iter(lambda: str(6_000_000_000 + secrets.randbelow(10**9)), "") if s not in self.addresses
        )
        self.addresses[sid] = _address(sid, account, **members)
        return self.addresses[sid]

    def new_message(self, sender: Property, members: dict[str, object]) -> dict[str, object]:
        sid, now = uuid.uuid4().hex[:24], int(time.time())
        self.messages[sid] = {
            "MessageSid": sid,
            "AccountSid": sender.account,
            "PropertySid": sender.sid,
            **members,
            "Created": now,
            "Status": "Processing",
            "Direction": "Transmit",
            "NumSegments": 1,
        }
        return self.messages[sid]

    @staticmethod
    def place_known(country: str | None, region: str | None, city: str | None, post_code: str | None) -> bool:
        return any(
            (country is None or place.country == country)
            and (region is None or plain(place.region) == plain(region))
            and (city is None or plain(place.city) == plain(city))
            and (post_code is None or post_code in place.post_codes)
            for place in PLACES
        )


def flows_of(owner: Property) -> list[dict[str, object]]:
    return [
        {
            "PropertySid": owner.sid,
            "ConfigId": f"{owner.sid[:8]}.{name}",
            "Revision": str(number),
            "Name": name.title(),
            "Type": "Menu",
            "LastUpdated": 1717000000 + number,
        }
        for number, name in enumerate(("day", "night", "storm"), 1)
    ]
