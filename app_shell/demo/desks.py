"""What lies on the desks of the demo: guides and stamps of the town, questions at the counter, a note, an experience."""

from datetime import datetime, timedelta
from functools import partial

from app_shell.demo.cast import Cast
from app_shell.demo.stage import Scene, Stage
from core_db.cases import CaseDraft, submit_case
from core_db.experiences import (
    AdoptionDraft,
    ExperienceDraft,
    ThanksDraft,
    adopt_experience,
    propose_experience,
    share_experience,
    thank_for_experience,
)
from core_db.foundation.actor import Actor, Role
from core_db.foundation.clock import local_date
from core_db.guides import GuideDraft, keep_guide, store_examples
from core_db.handover_notes import NoteDraft, write_note_on
from core_db.inquiries import (
    AnswerDraft,
    HandOnDraft,
    InquiryDraft,
    answer_inquiry,
    hand_on_inquiry,
    take_inquiry,
)
from core_db.inquiries.words import Way
from core_db.people import RuleDraft, correct_place, name_of, set_rule
from core_db.places import PlaceCorrection, PlaceKind

_OWN_GUIDE = {
    "title": "大件垃圾投放", "about": "旧家具、旧床垫请放到东门旁的围栏里，每周三、周六清运。",
    "keywords": "沙发 床垫 旧家具 扔",
    "steps": "1. 拆小捆好\n2. 周二、周五晚上放进围栏", "held_by": "物业服务处", "hours": "每天 8:00–20:00", "fees": "不收费",
}  # fmt: skip
_OWN_DUTY = {
    "kind": "duty", "title": "电梯坏了归谁管", "about": "公共电梯由物业报修，困人先打 110 和维保电话。",
    "held_by": "物业服务处", "hours": "全天",
}  # fmt: skip
#: Days ago, how, about what, and the answer; nobody is named.
_ASKED = (
    (6, Way.COUNTER, "加装电梯要几户同意？", "三分之二的业主参与，参与的四分之三同意；先到居委会拿征询表。"),
    (3, Way.PHONE, "母亲去世了，银行要亲属关系证明", "居委会不开，请到户籍派出所查档案，或到公证处。"),
    (1, Way.COUNTER, "长护险评估什么时候上门？", ""),
)
_TOLD = {
    "title": "楼道堆物这样清", "problem": "楼道里堆了多年旧物，劝过几次都不肯清，怕占了地方又没处放。",
    "steps": "1. 先一户一户听难处\n2. 商定一个周六，物业出车、志愿者搬\n3. 给舍不得扔的找一间公共储物间",
    "outcome": "两个周末清完，三个月没有再堆。",
}  # fmt: skip


#: Raised before the last working day and overlooked: the first thing on the desk.
_OVERLOOKED = "3号垃圾箱房的灯坏了，晚上倒垃圾看不见脚下，跟门口保安说过一次。"


def furnish_desks(stage: Stage, cast: Cast, place_id: str, district_id: str, *, keeper: Actor) -> None:
    """Let it come about in the last two weeks."""
    now, worker = stage.end, cast.workers[0]

    def guides(stage: Stage) -> None:
        store_examples(stage.session, district_id, actor=keeper, clock=stage.clock)
        own = GuideDraft.model_validate({**_OWN_GUIDE, "place_id": place_id})
        keep_guide(stage.session, own, actor=worker, clock=stage.clock)
        duty = GuideDraft.model_validate({**_OWN_DUTY, "place_id": place_id})
        keep_guide(stage.session, duty, actor=worker, clock=stage.clock)

    stage.at(now - timedelta(days=14), guides)
    for days, way, about, answer in _ASKED:
        stage.at(now - timedelta(days=days, hours=2), _asked(worker, way, about, answer))
    to = next((one for one in cast.workers[1:]), worker)
    text = "下午两点水务来查漏，要开地下室的门，钥匙在第二个抽屉。"

    def note(stage: Stage) -> None:
        draft = NoteDraft(text=text, to=f"post:{Role.WORKER}")
        write_note_on(stage.session, draft, actor=to, clock=stage.clock)

    stage.at(now - timedelta(hours=3), note)
    stage.at(now - timedelta(hours=2), partial(_two_people_for_a_title, cast=cast, place_id=place_id))
    _an_experience(stage, cast, now)
    if cast.residents:
        stage.at(now - timedelta(days=5, hours=3), partial(_overlooked, by=cast.residents[-1].actor))


def _overlooked(stage: Stage, by: Actor) -> None:
    submit_case(stage.session, CaseDraft(text=_OVERLOOKED), actor=by, clock=stage.clock)


def _asked(worker: Actor, way: Way, about: str, answer: str) -> Scene:
    def scene(stage: Stage) -> None:
        inquiry = take_inquiry(
            stage.session, InquiryDraft(about=about, way=way), actor=worker, clock=stage.clock
        )
        if answer:
            said = AnswerDraft(answer=answer)
            answer_inquiry(stage.session, inquiry.id, said, actor=worker, clock=stage.clock)
        else:
            to = HandOnDraft(handed_to="街镇社区事务受理服务中心")
            hand_on_inquiry(stage.session, inquiry.id, to, actor=worker, clock=stage.clock)

    return scene


def _two_people_for_a_title(stage: Stage, cast: Cast, place_id: str) -> None:
    """Certificates of title need a second person here, and one waits for the secretary."""
    if cast.secretary is None:
        return
    field, clock = name_of(PlaceKind.HOME, "certificate"), stage.clock
    rule = RuleDraft(place_id=place_id, field=field, valid_from=local_date(clock.now()))
    set_rule(stage.session, rule, actor=cast.secretary, clock=clock)
    read = PlaceCorrection(field="certificate", value="沪(2019)宝字不动产权第012345号", source="证件")
    home_id = cast.register.homes[0]["place"]["id"]
    correct_place(stage.session, home_id, read, actor=cast.workers[0], clock=clock)


def _an_experience(stage: Stage, cast: Cast, now: datetime) -> None:
    """Told here, looked at by the secretary, taken up next door; and one that still waits for a second look."""

    secretary = cast.secretary
    if secretary is None:
        return

    def told(stage: Stage) -> None:
        worker, clock = cast.workers[0], stage.clock
        proposal = propose_experience(
            stage.session, ExperienceDraft.model_validate(_TOLD), actor=worker, clock=clock
        )
        shared = share_experience(stage.session, proposal.id, actor=secretary, clock=clock)
        if cast.worker_next_door is not None:
            next_door = cast.worker_next_door
            adopt_experience(stage.session, shared.id, AdoptionDraft(), actor=next_door, clock=clock)
            thanks = ThanksDraft(thanks="照着做，一周就清完了，谢谢！")
            thank_for_experience(stage.session, shared.id, thanks, actor=next_door, clock=clock)
        waits = ExperienceDraft(
            title="电梯里贴一张“谁在修”",
            problem="电梯一停就有几十个电话来问。",
            steps="报修后十分钟内贴上：谁在修、几点好。",
        )
        propose_experience(stage.session, waits, actor=worker, clock=clock)

    stage.at(now - timedelta(days=5), told)
