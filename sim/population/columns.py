"""Every column of the model, declared once: name, dtype, unit, meaning. The codebook is generated from this."""

from __future__ import annotations

from sim.population.table import Column

# Codes. Plain module constants: they are compared with whole columns.
MAN, WOMAN = 0, 1
FREE, INSIDE, ELSEWHERE = 0, 1, 2
CHILD, HEAD, PARTNER = 0, 1, 2
OWNER_OCCUPIED, CORPORATIE, PRIVATE_RENT = 0, 1, 2
NOT_WORKING, EMPLOYED = 0, 1
NO_QUALIFICATION, START_QUALIFICATION, HIGHER_EDUCATED = 0, 1, 2
MINOR, SERIOUS = 0, 1

WINDOW = 24
"""Months over which latent events are remembered one by one (the career stages look back 24 months)."""

FRIENDS = 5
"""Friends a youth can name."""

FOLLOW_UPS = 3
"""Yearly cohorts of convicted persons that can be under follow-up at the same time."""

NOWHERE = 255
"""Wijk number of somebody who lives elsewhere."""

LONG_AGO = -1
"""Month number of something that never happened."""

PERSON: tuple[Column, ...] = (
    Column("life", "uint64", "id", "life id, never reused"),
    Column(
        "arrived",
        "int16",
        "month",
        "month of birth here or of moving in; 0 for who lived here at the base date",
    ),
    Column("status", "uint8", "code", "0 nobody, 1 lives in the area, 2 lives elsewhere and is followed"),
    Column("born", "int16", "month", "month of birth"),
    Column("birthday", "uint8", "month of the year", "0 January to 11 December"),
    Column("age", "uint8", "years", "age"),
    Column("sex", "uint8", "code", "0 man, 1 woman"),
    Column("household", "int64", "row", "household the person belongs to, -1 for none", -1),
    Column("position", "uint8", "code", "place in the household: 0 child, 1 head, 2 partner"),
    Column("wijk", "uint8", "number", "wijk within the area, 255 elsewhere", NOWHERE),
    Column("street", "int64", "row", "street segment, -1 elsewhere", -1),
    Column("cell", "uint16", "code", "view, start group and wijk in which the person is counted"),
    Column("start_band", "uint8", "code", "age band at the scenario's start, 0 if not a resident then"),
    Column("start_poor", "bool", "yes/no", "low-income household at the scenario's start"),
    Column("exposed_months", "uint8", "months", "months lived here at ages 8 to 27 since the start, at most 255"),
    Column("propensity", "float32", "SD", "latent propensity to offend, shared in part in families"),
    Column("minor_rate", "float32", "ratio", "personal multiplier of minor offending"),
    Column("serious_rate", "float32", "ratio", "personal multiplier of serious offending"),
    Column("employability", "float32", "SD", "latent position on the labour market"),
    Column("skill", "float32", "SD", "skill relative to peers of the same age"),
    Column("absence", "float32", "share", "share of school time missed"),
    Column("due", "int16", "month", "month in which a child will be born, -1 none", LONG_AGO),
    Column("seeking_since", "int16", "month", "wants a dwelling of their own since, -1 not", LONG_AGO),
    Column("frailty", "float32", "SD", "lasting frailty: how easily health is lost"),
    Column("skill_gain", "float32", "SD", "skill gained by help at school, as far as it lasts"),
    Column("absence_log", "float32", "log ratio", "what help changes in absence"),
    Column("leaving_log", "float32", "log ratio", "what help changes in leaving school early"),
    Column("enrolled", "bool", "yes/no", "attends school"),
    Column("left_school", "bool", "yes/no", "left school without a start qualification"),
    Column("school", "int16", "number", "school inside the area, -1 none or outside", -1),
    Column("school_class", "int32", "number", "school class, -1 none or outside", -1),
    Column("track", "uint8", "code", "secondary track: 0 practical or vmbo-b/k, 1 vmbo-g/t, 2 havo, 3 vwo"),
    Column("qualification", "uint8", "code", "0 none, 1 start qualification, 2 hbo or wo"),
    Column("work", "uint8", "code", "0 not working, 1 employed"),
    Column("work_since", "int16", "month", "month in which the present work state began"),
    Column("secure_job", "bool", "yes/no", "has a lasting contract"),
    Column("welfare", "bool", "yes/no", "lives in a household on welfare"),
    Column("supported", "bool", "yes/no", "aged 18 to 26, without work, and on welfare"),
    Column("low_income", "bool", "yes/no", "lives in a household with a low income"),
    Column("creditors", "uint8", "creditors", "creditors of the household that are not paid"),
    Column("strained", "bool", "yes/no", "lives in a household with arrears or problem debt"),
    Column("indebted", "bool", "yes/no", "lives in a household with problem debt"),
    Column("distressed", "bool", "yes/no", "poor mental health"),
    Column("ill", "bool", "yes/no", "physical complaints that make health not good"),
    Column("asked_care", "int16", "month", "waits for mental care since, -1 not", LONG_AGO),
    Column("care_until", "int16", "month", "first month after mental care, -1 none", LONG_AGO),
    Column("unsafe", "bool", "yes/no", "feels unsafe in the own neighbourhood at times"),
    Column("minor_events", "uint8", "events", "minor latent offences in each of the last 24 months", depth=WINDOW),
    Column("serious_events", "uint8", "events", "serious latent offences, likewise", depth=WINDOW),
    Column("minor24", "uint8", "events", "minor latent offences in the last 24 months"),
    Column("serious24", "uint8", "events", "serious latent offences in the last 24 months"),
    Column("events12", "uint8", "events", "latent offences in the last 12 months"),
    Column("events6", "uint8", "events", "latent offences in the last 6 months"),
    Column("offended_year", "int16", "year", "last year counted as an offender", LONG_AGO),
    Column("registered_year", "int16", "year", "last year counted as a registered suspect", LONG_AGO),
    Column("victim_year", "int16", "year", "last year counted as a victim", LONG_AGO),
    Column("last_victim", "int16", "month", "month of the last victimisation", LONG_AGO),
    Column("registrations", "uint8", "times", "registrations as a suspect so far, at most 255"),
    Column("last_registered", "int16", "month", "month of the last registration", LONG_AGO),
    Column("convictions", "uint8", "times", "convictions so far, at most 255"),
    Column("custody_until", "int16", "month", "first month back from custody", LONG_AGO),
    Column("hardened", "bool", "yes/no", "has ever met the definition of hardened"),
    Column("effect", "float32", "ratio", "multiplier of offending by help, sanctions, trust and roles"),
    Column("serious_log", "float32", "log ratio", "what help changes in serious offending alone"),
    Column("trust", "float32", "SD", "trust in police and authority, against one's own usual"),
    Column("family_offender", "bool", "yes/no", "a parent, brother or sister was a suspect lately"),
    Column("partnered", "bool", "yes/no", "lives with a partner, aged 20 or over"),
    Column("role_since", "int16", "month", "holds a role on the drug market since, -1 none", LONG_AGO),
    Column("trial", "int16", "month", "month of trial, -1 none pending", LONG_AGO),
    Column("summoned", "int16", "month", "month in which the last case that went to court began, -1 none", LONG_AGO),
    Column("trial_serious", "bool", "yes/no", "to be tried for a serious offence"),
    Column("trial_place", "uint8", "code", "0 ordinary court, 1 swift, 2 neighbourhood court"),
    Column("halt_done", "bool", "yes/no", "has been at Halt"),
    Column("cohort_month", "int16", "month", "first conviction of the cohort year", LONG_AGO, FOLLOW_UPS),
    Column("cohort_state", "uint8", "bits", "1 juvenile, 2 reconvicted, 4 lived inside", 0, FOLLOW_UPS),
    Column("friends", "int32", "row", "friends named, -1 for an open place", -1, FRIENDS),
    Column(
        "together",
        "int16",
        "month",
        "month of the last offence together along each tie of friendship, -1 none",
        LONG_AGO,
        FRIENDS,
    ),
)

HOUSEHOLD: tuple[Column, ...] = (
    Column("life", "uint64", "id", "household id"),
    Column("dwelling", "int64", "row", "dwelling, -1 none", -1),
    Column("head", "int64", "row", "person who heads the household", -1),
    Column("partner", "int64", "row", "partner of the head, -1 none", -1),
    Column("size", "uint8", "persons", "members"),
    Column("children", "uint8", "persons", "members under 18"),
    Column("standing", "float32", "SD", "lasting income position of the household"),
    Column("shock", "float32", "SD", "passing part of the income position"),
    Column("low_income", "bool", "yes/no", "income below the line of the statistic"),
    Column("low_since", "int16", "month", "has a low income since, -1 not", LONG_AGO),
    Column("creditors", "uint8", "creditors", "creditors that are not paid"),
    Column("owed", "float32", "EUR", "what is owed to them, with collection costs"),
    Column("problem_since", "int16", "month", "has problem debt since, -1 not", LONG_AGO),
    Column("signalled", "int16", "month", "month of the last signal of arrears, -1 none", LONG_AGO),
    Column("asked_help", "int16", "month", "waits for debt help since, -1 not", LONG_AGO),
    Column("help_until", "int16", "month", "first month after debt help, -1 none", LONG_AGO),
    Column("welfare_since", "int16", "month", "on welfare since, -1 not", LONG_AGO),
    Column("known", "uint16", "bits", "partners that know the household, see KNOWN_BY"),
    Column("plan_until", "int16", "month", "first month after a shared plan, -1 none", LONG_AGO),
    Column("red", "uint8", "bits", "domains in the red at the last turn of the year, see DOMAIN_BITS"),
    Column("red_known", "bool", "yes/no", "was here at the last turn of the year"),
    Column("seeking_since", "int16", "month", "registered for another dwelling since, -1 not", LONG_AGO),
)

DWELLING: tuple[Column, ...] = (
    Column("life", "uint64", "id", "dwelling id"),
    Column("street", "int64", "row", "street segment"),
    Column("wijk", "uint8", "number", "wijk within the area"),
    Column("tenure", "uint8", "code", "0 owner-occupied, 1 corporatie, 2 private rent"),
    Column("landlord", "int16", "number", "corporatie that owns it, -1 for others", -1),
    Column("household", "int64", "row", "household living there, -1 vacant", -1),
    Column("vacant_since", "int16", "month", "month in which it fell vacant, -1 occupied", LONG_AGO),
    Column("label", "uint8", "code", "energy label, 0 A to 6 G"),
    Column("damp", "bool", "yes/no", "damp or mould"),
    Column("rooms", "uint8", "rooms", "rooms"),
    Column("secured", "bool", "yes/no", "made burglar-proof"),
    Column("built", "bool", "yes/no", "built since the base date"),
    Column("improved_at", "int16", "month", "month in which a granted improvement will be finished, -1 none", LONG_AGO),
)

STREET: tuple[Column, ...] = (
    Column("life", "uint64", "id", "street segment id"),
    Column("wijk", "uint8", "number", "wijk within the area"),
    Column("opportunity", "float32", "ratio", "opportunity for crime relative to the mean segment"),
    Column("crimes", "uint16", "crimes", "crimes in the running year"),
    Column("crimes_last_year", "uint16", "crimes", "crimes in the year before"),
    Column("registered", "uint16", "crimes", "registered crimes in the running year"),
    Column("rank", "int32", "number", "place in the order of last year's registered crimes, 0 the most"),
    Column("hot", "float32", "share", "level of hot-spot policing"),
    Column("problem", "float32", "share", "level of problem-oriented work"),
    Column("stopped", "float32", "chance", "chance that an attempt is stopped this month"),
    Column("hit", "int16", "month", "last month with a serious crime, -1 none", LONG_AGO),
    Column("residents", "uint16", "persons", "people living in the segment at the turn of the year"),
    Column("moved", "uint16", "persons", "people who moved in since the turn of the year"),
    Column("moved_last_year", "uint16", "persons", "people who moved in during the year before"),
    Column("minor_last_year", "uint16", "crimes", "minor crimes in the year before"),
    Column("minor", "uint16", "crimes", "minor crimes in the running year"),
    Column("disorder", "float32", "index", "disorder, about 1 at the base date"),
    Column("cohesion", "float32", "index", "cohesion, about 1 at the base date"),
    Column("weak_homes", "float32", "share", "homes in poor state at the turn of the year"),
    Column("secured", "float32", "share", "homes made burglar-proof"),
)

CASE: tuple[Column, ...] = (
    Column("person", "int64", "row", "person enrolled", -1),
    Column("service", "uint8", "number", "service in the order of the catalogue"),
    Column("start", "int16", "month", "first month"),
    Column("end", "int16", "month", "first month after the last one, planned or real"),
    Column("open", "bool", "yes/no", "still enrolled"),
)

KNOWN_BY = ("school", "corporatie", "police", "municipality", "care", "debt_help")
"""Partners in the order of their bits in ``known``."""

DOMAIN_BITS = ("education", "poverty", "health", "work", "housing", "safety")
"""The six domains in the order of their bits in ``red``."""

WORST_LABEL_GOOD = 3
"""Labels above D (3) count as poor."""

TABLES: dict[str, tuple[Column, ...]] = {
    "people": PERSON,
    "households": HOUSEHOLD,
    "dwellings": DWELLING,
    "streets": STREET,
    "cases": CASE,
}
