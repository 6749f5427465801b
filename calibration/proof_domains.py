"""The proofs about school, debts, health, work, homes, streets, partners and the alliance."""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

from functools import partial

from calibration import experiments_domains as lab
from calibration import experiments_partners as partners
from calibration import experiments_places as places
from calibration.findings import replay
from calibration.proof_crime import CRIME, on_streets
from calibration.proof_kinds import Proof
from calibration.rows_domains import DOMAIN_ROWS, MEASURE_ROWS
from sim.parameters.loader import declared_parameters

SKILL = ("vaardigheid (SD)", "skill (SD)")
LEAVING = ("kans op voortijdig schoolverlaten", "chance of early school leaving")
MISSED = ("gemiste schooltijd", "school time missed")
FINDS_WORK = ("vindt werk binnen een jaar", "finds work within a year")
NO_WORK = ("zonder werk", "without work")
MIND = ("kans op psychische klachten", "chance of poor mental health")
BODY = ("kans op lichamelijke klachten", "chance of physical complaints")
UNWELL = ("psychische of lichamelijke klachten", "complaints of mind or body")
ARREARS = ("kans op een eerste achterstand", "chance of first arrears")
BURGLARY = ("inbraken daar", "burglaries there")
REFERRED = ("verwijzingen die aankomen", "referrals that arrive")
COORDINATION = ("samenwerking op den duur", "coordination in the long run")
DISORDER = ("verloedering waarheen een straat trekt", "disorder towards which a street is pulled")
COHESION = ("samenhang waarheen een straat trekt", "cohesion towards which a street is pulled")

SEEN = {
    "E02": SKILL, "E04": LEAVING, "E35": FINDS_WORK, "E64": SKILL, "E68": LEAVING, "E73": MISSED, "E74": MISSED,
    "E75": SKILL, "E81": MIND, "E86": NO_WORK, "E88": NO_WORK,
}  # fmt: skip
"""What a row applies to, where it is not all offences."""


def rows() -> list[Proof]:
    """Return the proofs of the evidence rows about other domains than crime."""
    found = [
        Proof(row.id, "row", row.nl, row.en, *SEEN.get(row.id, CRIME), declared_parameters()[row.path].source,
              partial(replay, row))
        for row in DOMAIN_ROWS
    ]  # fmt: skip
    return [*found, *on_streets(MEASURE_ROWS), *AREA_ROWS]


AREA_ROWS = (
    Proof("E49", "row", "woningen met een keurmerk tegen inbraak, tegenover zonder", "burglar-proof homes, against homes as they are", *BURGLARY, "E49: Vollaard and van Ours 2011", partial(places.burglary, "homes.secured")),
    Proof("E50", "row", "buurtpreventie, tegenover zonder", "neighbourhood watch, against none", *BURGLARY, "E50: Akkermans and Vollaard 2015", partial(places.burglary, "homes.watched")),
    Proof("E58", "row", "alle slechte woningen verbeterd: wie er woont, tweede jaar erna", "all homes in poor state improved: who lives there, second year after", *UNWELL, "E58: Thomson et al. 2013", places.renovated_and_health),
    Proof("E59", "row", "woningen met label E tot en met G verbeterd", "homes of label E to G improved", "bespaarde energiekosten (euro per jaar)", "energy costs saved (EUR a year)", "E59: 300 to 700 EUR a year (TNO, PBL)", places.energy_saved),
    Proof("E70", "row", "geen lerarentekort, tegenover het gewone, een schooljaar", "no teacher shortage, against the usual one, one school year", *SKILL, "E70: Chetty et al. 2014, halved; the shortage costs 0.2 to 0.5 SD of teacher quality", lab.shortage_and_skill),
    Proof("E72", "row", "kwalificatieplicht streng gehandhaafd: 16 en 17 jaar zonder startkwalificatie", "compulsory qualification strictly enforced: ages 16 and 17 without a start qualification", *CRIME, "E72: Marie and Paulovic 2017; direction, size not seen", partial(places.compulsory, False)),
)  # fmt: skip
"""Rows that are lived in a whole area."""

NULLS = (
    Proof("E15", "null", "lid van een sportclub, tweede jaar", "member of a sports club, second year", *UNWELL, "E15: a model study; never put in", lab.no_health_from_sport),
    Proof("E15-care", "null", "anderhalf miljoen euro per jaar voor sportclubs", "one and a half million euros a year for sports clubs", "zorgkosten per inwoner", "care cost per resident", "E15: never put in", partial(partners.bought, "sport_membership", "care_cost_per_resident", 0.99, 1.01, 1.0)),
    Proof("E17", "null", "activiteiten na school", "after-school hours", *MISSED, "E17: Kremer et al. 2015: none (0.96 to 1.04)", partial(lab.no_attendance_from, "after_school_hours")),
    Proof("E56", "null", "ontmoetingsplekken", "meeting places", "delicten in het gebied", "crimes in the area", "E15, E56: no measured effect", partial(partners.bought, "meeting_places", "crimes_per_1000", 0.98, 1.02, 1.0)),
    Proof("E60", "null", "nieuwkomers in corporatiewoningen moeten werk hebben, vier jaar", "newcomers in homes of corporaties must work, four years", "geregistreerde verdachten onder wie er bij de start woonde", "registered suspects among who lived here at the start", "E60: Hochstenbach et al. 2015: none demonstrable", places.work_required),
    Proof("E66", "null", "verlengde schooldag, na een jaar", "extended school day, after a year", *SKILL, "E66: none in three Dutch studies", partial(lab.no_skill_from, "extended_hours")),
    Proof("E67", "null", "extra geld zonder werkwijze, na een jaar", "extra funding without a practice, after a year", *SKILL, "E67: Leuven et al. 2007: none", partial(lab.no_skill_from, "extra_funding")),
    Proof("E83", "null", "signalen van betalingsachterstand in 2022 tot en met 2024, gerealiseerd beleid", "signals of arrears in 2022 to 2024, realised policy", "deel waarna hulp wordt aangenomen", "share after which help is accepted", "E83: 4 to 5 % (Divosa, SZW)", partners.early_warning_is_accepted),
    Proof("E92", "null", "alliantie met betaald bureau, acht jaar, tegenover geen", "alliance with a paid bureau, eight years, against none", "aandeel met een goede gezondheid", "share in good health", "E92: Hayes et al. 2012: little or none", partners.alliance_and_health),
)  # fmt: skip


def _debts(name: str, nl: str, en: str) -> Proof:
    return Proof(f"debts-{name}", "mechanism", nl, en, *ARREARS, f"debts.{name}", partial(lab.debt_risk, name))


def _health(name: str, nl: str, en: str) -> Proof:
    return Proof(f"health-{name}", "mechanism", nl, en, *MIND, f"health.{name}", partial(lab.health_risk, name))


def _work(name: str, nl: str, en: str) -> Proof:
    moved = ("positie op de arbeidsmarkt (SD)", "position on the labour market (SD)")
    return Proof(f"work-{name}", "mechanism", nl, en, *moved, f"work.{name}", partial(lab.work_position, name))


def _learning(name: str, nl: str, en: str) -> Proof:
    moved = ("vaardigheid na een schooljaar (SD)", "skill after a school year (SD)")
    return Proof(name.replace("_", "-"), "mechanism", nl, en, *moved, f"school.{name}", partial(lab.learning, name))


def _pull(name: str, nl: str, en: str) -> Proof:
    moved = DISORDER if places.PULLS[name][0] == places.DISORDER else COHESION
    return Proof(
        f"surroundings-{name}", "mechanism", nl, en, *moved, f"surroundings.{name}", partial(places.pull, name)
    )


def _trend(name: str, nl: str, en: str) -> Proof:
    switched = ("landelijke trend van 0,015 per jaar, na tien jaar", "national trend of 0.015 a year, after ten years")
    return Proof(
        f"trend-{name}",
        "mechanism",
        *switched,
        nl,
        en,
        f"trends.{name}: fades over ten years",
        partial(places.national_trend, name),
    )


MECHANISMS = (
    _debts("low_income", "alle huishoudens een laag inkomen, tegenover geen", "low income for all households, against none"),
    _debts("no_worker", "niemand in het huishouden werkt, tegenover een vaste baan", "nobody in the household at work, against a lasting job"),
    _debts("children", "kinderen in elk huishouden, tegenover in geen", "children in every household, against in none"),
    _debts("insecure", "werk zonder vast contract, tegenover met", "work without a lasting contract, against with one"),
    _debts("energy", "alle woningen label E, tegenover B", "all homes of label E, against B"),
    _health("creditor", "één schuldeiser meer", "one creditor more"),
    _health("unsafe", "iedereen voelt zich onveilig, tegenover niemand", "everybody feels unsafe, against nobody"),
    _health("idle", "iedereen zonder school en werk, tegenover niemand", "everybody without school and work, against nobody"),
    _health("illness", "lichamelijke klachten, tegenover geen", "physical complaints, against none"),
    _health("low_income", "laag inkomen voor iedereen, tegenover niemand", "low income for everybody, against nobody"),
    _health("frailty", "een standaardafwijking meer kwetsbaarheid", "one standard deviation more frailty"),
    Proof("health-damp", "mechanism", "alle woningen vochtig, tegenover geen", "all homes damp, against none", *MIND, "health.damp", partial(lab.poor_home_and_health, False)),
    Proof("illness-damp", "mechanism", "alle woningen vochtig, tegenover geen", "all homes damp, against none", *BODY, "health.damp", partial(lab.poor_home_and_health, True)),
    Proof("illness-low-income", "mechanism", "laag inkomen voor iedereen, tegenover niemand", "low income for everybody, against nobody", *BODY, "health.low_income", partial(lab.health_risk, "low_income", body=True)),
    Proof("health-stopped", "mechanism", "iedereen een keer staande gehouden", "everybody stopped once", *MIND, "E42: health.stopped", lab.stopped_and_health),
    Proof("care-works", "mechanism", "behandeling bij psychische klachten, zonder betalingsproblemen", "treatment of poor mental health, without payment trouble", "herstelt en anders niet", "recovers and would not else", "health.care_works", partial(lab.treated, False, "health.care_works")),
    Proof("care-strained", "mechanism", "hetzelfde, met betalingsproblemen", "the same, with payment trouble", "herstelt en anders niet", "recovers and would not else", "health.care_works times health.care_strained", partial(lab.treated, True, "health.care_strained")),
    _work("garnishment", "problematische schulden voor iedereen, tegenover niemand", "problem debt for everybody, against nobody"),
    _work("illness", "lichamelijke klachten voor iedereen, tegenover niemand", "physical complaints for everybody, against nobody"),
    _work("distress", "psychische klachten voor iedereen, tegenover niemand", "poor mental health for everybody, against nobody"),
    Proof("work-duration", "mechanism", "vier jaar zonder werk, tegenover een half jaar, dezelfde personen", "four years without work, against half a year, the same persons", "kans om werk te vinden", "chance to find work", "P22b: 8 % against 22 %, persons who differ included", lab.duration_dependence),
    Proof("work-insecure", "mechanism", "baan zonder vast contract, tegenover met", "job without a lasting contract, against with one", "kans dat de baan eindigt of wisselt", "chance that the job ends or changes", "work.insecure_ratio", lab.insecure_jobs),
    Proof("work-lasting", "mechanism", "iedereen begint opnieuw", "everybody begins anew", "deel met een vast contract", "share with a lasting contract", "work.lasting", lab.lasting_jobs),
    _learning("skill_strain", "betalingsproblemen in elk gezin, tegenover in geen", "payment trouble in every family, against in none"),
    _learning("skill_crowded", "elk gezin woont te klein, tegenover geen", "every family in a crowded home, against none"),
    _learning("skill_quality", "elke woning in slechte staat, tegenover geen", "every home in poor state, against none"),
    _learning("skill_absence", "alle schooltijd gemist, tegenover niets", "all school time missed, against none"),
    _learning("skill_shortage", "alle leraren weg, tegenover geen", "all teachers gone, against none"),
    Proof("leaving-track", "mechanism", "laagste schoolniveau voor iedereen, tegenover het hoogste", "lowest track for everybody, against the highest", *LEAVING, "school.leaving_track", lab.leaving_by_track),
    Proof("compulsory-kept", "mechanism", "kwalificatieplicht streng gehandhaafd: wie daardoor op school blijft", "compulsory qualification strictly enforced: whom it keeps at school", *CRIME, "E72 by way of offending.not_in_school_or_work; some would have worked", partial(places.compulsory, True)),
    Proof("homes-damp", "mechanism", "een jaar onderhoud", "a year of upkeep", "deel van de vochtige woningen dat droog is", "share of the damp homes that is dry", "homes.damp_goes", partial(places.upkeep, "homes.damp_goes")),
    Proof("homes-renewal", "mechanism", "een jaar vernieuwing", "a year of renewal", "deel van de woningen met een beter label", "share of the homes with a better label", "homes.renewal", partial(places.upkeep, "homes.renewal")),
    Proof("homes-uptake", "mechanism", "subsidie aangeboden aan particuliere eigenaren van slechte woningen", "grants offered to private owners of homes in poor state", "deel dat meedoet", "share that takes part", "homes.uptake", partial(places.uptake, False)),
    Proof("homes-uptake-poor", "mechanism", "hetzelfde, met een laag inkomen", "the same, with a low income", "deel dat meedoet", "share that takes part", "homes.uptake times homes.uptake_poor", partial(places.uptake, True)),
    Proof("homes-displaced", "mechanism", "alle corporatiewoningen gerenoveerd", "all homes of corporaties renovated", "deel van de huurders dat niet terugkomt", "share of the tenants who do not return", "homes.displaced", places.displaced),
    _pull("crime", "twee keer zoveel lichte delicten als gewoonlijk", "twice the usual minor crime"),
    _pull("homes", "alle woningen in slechte staat, tegenover geen", "all homes in poor state, against none"),
    _pull("spreads", "een eenheid meer verloedering in het blok", "one unit more disorder in the block"),
    _pull("control", "een eenheid meer samenhang", "one unit more cohesion"),
    _pull("greening", "overal groen en schoon, tegenover nergens", "greening and cleaning everywhere, against nowhere"),
    _pull("turnover", "twee keer zoveel verhuizingen als gewoonlijk", "twice the usual turnover"),
    _pull("disorder", "een eenheid meer verloedering", "one unit more disorder"),
    _pull("trust", "een standaardafwijking meer vertrouwen", "one standard deviation more trust"),
    _pull("meeting", "een post voor ontmoeting per 1.000 inwoners", "one meeting post per 1,000 residents"),
    Proof("surroundings-months", "mechanism", "verloedering overal verdubbeld, daarna vrij", "disorder doubled everywhere, then left alone", "deel dat na de tijdconstante over is", "share left after the time constant", "surroundings.months", places.speed_of_streets),
    Proof("surroundings-stops", "mechanism", "een eenheid meer samenhang", "one unit more cohesion", "pogingen die slagen", "attempts that succeed", "surroundings.stops", places.cohesion_and_attempts),
    Proof("surroundings-unsafe", "mechanism", "een eenheid meer verloedering", "one unit more disorder", "odds om zich onveilig te voelen", "odds of feeling unsafe", "surroundings.unsafe, over persons who differ", places.disorder_and_fear),
    _trend("work", "odds op werk", "odds of being at work"),
    _trend("debts", "eerste achterstanden", "first arrears"),
    _trend("health", "nieuwe klachten", "new complaints"),
    _trend("school", *LEAVING),
)  # fmt: skip

ALLIANCE = (
    Proof("alliance-maturation", "mechanism", "alliantie, zo lang als de tijdconstante", "alliance, for as long as the time constant", "samenwerking", "coordination", "alliance.maturation (M111)", partners.maturation),
    Proof("alliance-erosion", "mechanism", "vertrek van personeel kost samenwerking, tegenover niet", "departing staff costs coordination, against not", *COORDINATION, "alliance.erosion", partial(partners.eroded, "alliance.erosion")),
    Proof("alliance-turnover", "mechanism", "personeel vertrekt, tegenover niet", "staff leaves, against not", *COORDINATION, "alliance.turnover (M114)", partial(partners.eroded, "alliance.turnover")),
    Proof("alliance-incidental", "mechanism", "tijdelijk geld, tegenover structureel", "incidental money, against structural", *COORDINATION, "alliance.without_structural, alliance.incidental_turnover", partners.incidental),
    Proof("alliance-coordinator", "mechanism", "zonder neutrale regisseur", "without a neutral coordinator", *COORDINATION, "E94: alliance.without_coordinator", partial(partners.without, "coordinator")),
    Proof("alliance-data", "mechanism", "zonder gedeelde gegevens", "without shared data", *COORDINATION, "E91, E94: alliance.without_data", partial(partners.without, "data")),
    Proof("alliance-mayor", "mechanism", "zonder aandacht van de burgemeester", "without the mayor's attention", *COORDINATION, "alliance.without_mayor", partial(partners.without, "mayor")),
    Proof("alliance-threshold", "mechanism", "samenwerking net onder de drempel", "coordination just below the threshold", *REFERRED, "alliance.threshold: nothing changes below it", partners.threshold_of_effect),
    Proof("alliance-staff-time", "mechanism", "overleg bij volle samenwerking", "meetings at full coordination", "tijd die voor bewoners over is", "time left for residents", "alliance.staff_time", partners.meetings),
    Proof("alliance-overhead", "mechanism", "bureau en overleg, een jaar", "bureau and meetings, one year", "euro per inwoner", "EUR per resident", "alliance.overhead_euros (C44)", partners.overhead),
    Proof("alliance-found", "mechanism", "werken in de wijk vindt meer hulpvraag (0,13), tegenover partners los van elkaar", "working in the wijk finds more need (0.13), against partners apart", *REFERRED, "alliance.found (M113, E95): 1.05 to 1.25 for those to care, about half of all", partial(partners.of_alliance, "alliance.found", 0.13, "referrals", 1.025, 1.25)),
    Proof("alliance-reach", "mechanism", "verwijzingen komen vaker aan (0,4: 95e percentiel)", "referrals arrive more often (0.4: 95th percentile)", *REFERRED, "alliance.reach; more is known of who is helped", partial(partners.of_alliance, "alliance.reach", 0.4, "referrals", 1.3, 1.6)),
    Proof("alliance-waiting", "mechanism", "kortere tijd tot het eerste gesprek (-0,5: 5e percentiel)", "shorter time to the first talk (-0.5: 5th percentile)", "maanden wachten op hulp", "months waited for help", "alliance.waiting, with places enough; where the list is full it decides", partial(partners.waiting, -0.5)),
    Proof("alliance-double-work", "mechanism", "een plan bespaart de helft van het dubbele werk (95e percentiel)", "a plan saves half of the double work (95th percentile)", "tijd die er voor bewoners is", "time there is for residents", "alliance.double_work: more, at most 7.5 %", partners.double_work),
    Proof("alliance-sequence", "mechanism", "een plan brengt volgorde in de hulp (-0,4: 5e percentiel)", "a plan brings order into help (-0.4: 5th percentile)", "uitval onder wie een plan heeft", "drop-out among who has a plan", "alliance.sequence", partners.sequence),
    Proof("alliance-order", "mechanism", "schulden gaan voor, bij volle samenwerking", "debts come first, at full coordination", "deel met een plan en schulden zonder hulp dat wacht met therapie en werk", "share with a plan, and debts without help, that waits with therapy and work", "alliance.order", partners.debts_first),
    Proof("alliance-plans", "mechanism", "gedeelde plannen van een alliantie", "shared plans of an alliance", "plannen per 1.000 huishoudens, boven op de gewone", "plans per 1,000 households, beyond the usual", "alliance.plans: room for", partners.plans),
    Proof("fragmentation-referral", "mechanism", "de helft van de verwijzingen komt aan, tegenover nu", "half as many referrals arrive, against now", *REFERRED, "fragmentation.referral", partial(partners.referrals, "fragmentation.referral", 0.4, 0.6)),
    Proof("fragmentation-debt", "mechanism", "partners zien schulden half zo vaak", "partners see debts half as often", *REFERRED, "fragmentation.sees_debt: part of the referrals", partial(partners.referrals, "fragmentation.sees_debt", 0.5, 0.95)),
    Proof("fragmentation-distress", "mechanism", "partners zien psychische klachten half zo vaak", "partners see poor mental health half as often", *REFERRED, "fragmentation.sees_distress: part of the referrals", partial(partners.referrals, "fragmentation.sees_distress", 0.5, 0.95)),
    Proof("fragmentation-intake", "mechanism", "twee keer zo lang tot het eerste gesprek", "twice as long to the first talk", "maanden langer wachten op hulp", "months longer waited for help", "fragmentation.intake_months: some leave the list by themselves", partners.intake),
    Proof("fragmentation-hours", "mechanism", "twee keer zoveel dubbele uren, waarvan een plan de helft bespaart", "twice as many double hours, of which a plan saves half", "wat plannen besparen", "what plans save", "fragmentation.double_hours", partners.double_hours),
    Proof("fragmentation-plans", "mechanism", "gedeelde plannen zonder alliantie", "shared plans without an alliance", "plannen per 1.000 huishoudens", "plans per 1,000 households", "fragmentation.shared_plans", partners.regular_plans),
)  # fmt: skip


def _bought(
    name: str, outcome: str, nl: str, en: str, moved: tuple[str, str], low: float, high: float, source: str
) -> Proof:
    return Proof(
        f"buys-{name.replace('_', '-')}",
        "line",
        nl,
        en,
        *moved,
        source,
        partial(partners.bought, name, outcome, low, high),
    )


LINES = (
    Proof("buys-tutoring", "line", "intensieve bijles", "high-dosage tutoring", "gemiddelde vaardigheid van 4- tot en met 22-jarigen (SD)", "mean skill, ages 4 to 22 (SD)", "E64, for those who get it", partial(partners.skill_bought, "tutoring")),
    _bought("teachers", "teacher_shortage_share", "extra leraren werven", "recruiting teachers", ("lerarentekort", "teacher shortage"), 0.05, 0.95, "E70, P20: posts filled that would stay open"),
    Proof("buys-early-warning", "line", "huisbezoek na een signaal, tegenover alleen een brief", "home visits after a signal, against letters alone", "deel waarna hulp wordt aangenomen", "share after which help is accepted", "E83: a visit works best; debts.accept_visit", partners.visits),
    _bought("debt_counselling", "debts_solved", "meer plaatsen schuldhulp", "more places of debt help", ("huishoudens uit de schulden door hulp", "households out of debt through help"), 1.01, 3.0, "E84: half drop out; more places, more solved"),
    _bought("youth_debt_fund", "debts_solved", "jongerenschuldfonds", "youth debt fund", ("huishoudens uit de schulden door hulp", "households out of debt through help"), 1.05, 10.0, "E85: debts of young debtors bought out"),
    _bought("income_support", "welfare_share", "hulp bij aanvragen van bijstand", "help with claiming welfare", ("aandeel met bijstand", "share on welfare"), 1.01, 1.75, "welfare.take_up: at most everybody who has a right to it"),
    _bought("basic_job", "employed_share", "basisbanen", "basic jobs", ("aandeel met werk", "share at work"), 1.0005, 1.05, "E86, for those who have one"),
    _bought("retraining", "employed_share", "omscholing en activering", "retraining and activation", ("aandeel met werk", "share at work"), 1.0005, 1.05, "E88, for those who take part; some displace others"),
    Proof("buys-home-improvement", "line", "subsidie voor woningen", "grants for homes", "maanden tot een woning klaar is", "months until a home is done", "C0, 7: 4 to 8 years from grant to home", partners.years_to_a_home),
    _bought("greening", "disorder_mean", "groen en schoon", "greening and cleaning", ("verloedering", "disorder"), 0.8, 0.99, "E47, surroundings.greening"),
    _bought("meeting_places", "cohesion_mean", "ontmoetingsplekken", "meeting places", ("samenhang", "cohesion"), 1.001, 1.3, "surroundings.meeting (judgement)"),
    Proof("buys-neighbourhood-watch", "line", "buurtpreventie", "neighbourhood watch", "deel van de straten met buurtpreventie", "share of the streets with a watch", "services.neighbourhood_watch_cost", partners.watches),
)  # fmt: skip
"""Interventions of the other lines whose effect is not an evidence row about persons or streets."""
