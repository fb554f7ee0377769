"""Tables whose rows are about nobody, each with its reason (`core_db.mydata.declared`)."""

from collections.abc import Mapping

from core_db.mydata.about import AboutNobody

_TREE = "A place of the city; who lives there stands in residencies and home bindings."
_CONFIGURED = "Configuration of the district, the same for everybody."
_RECORD = "The record names nobody: pseudonyms, whose keys an erasure destroys; reads stand in access_events."
NOBODY: Mapping[str, AboutNobody] = {
    "audit_checkpoints": AboutNobody(_RECORD),
    "audit_cosignatures": AboutNobody(_RECORD),
    "audit_events": AboutNobody(_RECORD),
    "audit_nodes": AboutNobody(_RECORD),
    "audit_subjects": AboutNobody("Random keys of pseudonyms; an erasure destroys them."),
    "buildings": AboutNobody(_TREE),
    "case_categories": AboutNobody(_CONFIGURED),
    "case_counts": AboutNobody("How many cases there are, not whose."),
    "categories_offered": AboutNobody(_CONFIGURED),
    "category_limits": AboutNobody(_CONFIGURED),
    "communities": AboutNobody(_TREE),
    "data_keys": AboutNobody("Wrapped keys of neighbourhoods."),
    "delegations": AboutNobody("Between members of the staff; what was done stands where it was done."),
    "deliveries": AboutNobody("Which fact is owed to which listener; kept for a week."),
    "divisions": AboutNobody(_TREE),
    "emergency_accesses": AboutNobody("What was read stands in access_events, and is shown by their rules."),
    "emergency_reviews": AboutNobody("What a secretary thought of a colleague's look."),
    "estates": AboutNobody(_TREE),
    "facts_forgotten": AboutNobody("That old facts were dropped, and up to which."),
    "former_passwords": AboutNobody("Hashes of passwords of staff."),
    "histories_forgetting": AboutNobody("Which history is being erased this very moment; empty after it."),
    "holidays": AboutNobody(_CONFIGURED),
    "homes": AboutNobody(_TREE),
    "jobs": AboutNobody("Work for later, named by ids; kept for a week."),
    "kept_entries": AboutNobody("Salted digests of what case_entries say; an erasure destroys the salt."),
    "listener_progress": AboutNobody("How far a listener has read."),
    "live_tickets": AboutNobody("A digest that opens one live socket within 30 seconds."),
    "look_alarms": AboutNobody(
        "That somebody of the staff looked at many people; at whom, access_events say."
    ),
    "look_deferrals": AboutNobody("Which looks are told later; told now, they would be told."),
    "look_questions": AboutNobody(
        "Which case answers a question about a look; the case is his, and stands there."
    ),
    "look_reasons": AboutNobody("Words of the staff about their looks; shown beside the look, by its rules."),
    "look_reviews": AboutNobody("What a secretary thought of a colleague's look."),
    "told_figures": AboutNobody(
        "Tens of ten people at least, as they were told; dropped when the month is over."
    ),
    "organisation_categories": AboutNobody(_CONFIGURED),
    "organisations": AboutNobody("Offices and firms with their own telephones."),
    "outbox": AboutNobody(
        "Facts carry ids alone and last a week; what they tell stands in the rows they are about."
    ),
    "passkey_challenges": AboutNobody("What a device of staff is asked to sign, for five minutes."),
    "place_changes": AboutNobody("What a place was like before; who lived there stands in register_changes."),
    "places": AboutNobody(_TREE),
    "rate_counts": AboutNobody("Counts under keyed digests from which nobody is found; kept for two days."),
    "rate_exclusions": AboutNobody(_CONFIGURED),
    "register_rules": AboutNobody(_CONFIGURED),
    "reads_forgotten": AboutNobody("That old reads were dropped, and from before which moment."),
    "register_exports": AboutNobody("A file for a day, sealed; whose data were in it, access_events say."),
    "register_sheets": AboutNobody(
        "A table as it was handed in; what it says of somebody stands in its rows, and goes with them."
    ),
    "register_distinctions": AboutNobody("That two entries are two people; nothing is said of either."),
    "assist_items": AboutNobody(_CONFIGURED),
    "report_fields": AboutNobody("What a form asks, of everybody the same."),
    "report_fills": AboutNobody(
        "That a neighbourhood filled a form; about whom, report_rows and report_answers say."
    ),
    "report_forms": AboutNobody("What an office asks neighbourhoods for."),
    "retention_rules": AboutNobody(_CONFIGURED),
    "running_numbers": AboutNobody("The next number of a series."),
    # -- tags and groups
    "tag_definitions": AboutNobody(_CONFIGURED),
    "saved_groups": AboutNobody("What people have in common, never who they are; asked anew each time."),
    # -- visits
    "canvasses": AboutNobody("What is asked at which buildings; the answers stand in visits."),
    "visit_cases": AboutNobody("Which case came of which visit; both are given where they stand."),
    "visit_intervals": AboutNobody(_CONFIGURED),
    "visit_plans": AboutNobody("What a committee plans; whom it names stands in visit_plan_subjects."),
    "witnessed_logs": AboutNobody("What another installation signed, and how far it was seen."),
    # -- what a neighbourhood holds
    "building_groups": AboutNobody(
        "A group of buildings; who serves in it stands in seats, its telephone is sealed."
    ),
    "community_types": AboutNobody(_CONFIGURED),
    "coverings": AboutNobody("Which buildings belong to a grid or a group."),
    "facilities": AboutNobody("Public facilities and the units they belong to."),
    "facility_inspections": AboutNobody("What the staff found at a public facility."),
    "grids": AboutNobody("A part of a neighbourhood; who serves in it stands in seats."),
    "group_charters": AboutNobody("What a building group agreed on, for all its residents to read."),
    # -- the desk of all posts and the experience library
    "guides": AboutNobody(_CONFIGURED),
    "stamp_items": AboutNobody(_CONFIGURED),
    "known_words": AboutNobody("By which words guides, stamps and experiences are found."),
    "handover_notes": AboutNobody(
        "What staff leave for the next shift; erasing a person takes his names out of it."
    ),
    "experience_proposals": AboutNobody("Told without names before it is stored."),
    "experiences": AboutNobody("Told without names before it is stored."),
    "experience_adoptions": AboutNobody("Which neighbourhood took up what."),
    # -- plugins
    "x_plugins": AboutNobody("What plugins say of themselves."),
    "x_grants": AboutNobody("What a committee decided about a plugin."),
    "x_calls": AboutNobody("What a plugin asked for; whom it was shown, access_events say."),
    "x_keys": AboutNobody("Digests of what was done once, from which nobody is found."),
    "x_job_runs": AboutNobody("When a plugin's job ran, and whether it went well."),
    "x_pulses": AboutNobody("How many calls there were, and how long they took."),
    "x_erasures": AboutNobody(
        "That a plugin is to forget somebody, by an id that leads nowhere once it is done."
    ),
    # -- what plugins ask for besides in a case
    "case_fields": AboutNobody("What plugins ask for in a case, of everybody the same."),
    "case_fields_asked": AboutNobody("Where they ask for it."),
}
