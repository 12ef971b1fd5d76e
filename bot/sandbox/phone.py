"""What people do on their phones, and what WeChat makes of it."""

import re

from bot.sandbox.config import CastMember, SandboxConfig
from bot.sandbox.delivery import Carries
from bot.sandbox.wecom_account import userid_of
from bot.sandbox.world import Media, Person, World

# Five seconds of silence in the format that phones send.
SILENCE = b"#!AMR\n" + (b"\x3c" + b"\x00" * 31) * 250
MAP_SCALE = 16
QR_SCENE = "qrscene_"

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Phone:
    """Acts for any person: puts the bubble into the chat, opens the window, delivers."""

    def __init__(self, config: SandboxConfig, world: World, delivery: Carries) -> None:
        self._config = config
        self._world = world
        self._delivery = delivery

    def join(self, name: str, role: str) -> Person:
        """Let a voter find the account and follow it; the same name is the same person."""
        person, is_new = self._world.add_person(name, role)
        if is_new:
            self.follow(person)
        return person

    def join_cast(self, member: CastMember, *, on_wecom: bool = False) -> Person:
        """Let a deputy or member of staff follow and send the code that the station gave them."""
        person, is_new = self._world.add_person(
            member.name,
            member.role,
            title=member.title,
            area_name=member.area_name,
            cast_key=member.key,
            userid=userid_of(member.key) if on_wecom else "",
        )
        if is_new:
            self.follow(person)
            self.text(person, self._config.issue_code(member))
        return person

    def follow(self, person: Person, scene: str = "") -> str:
        self._world.follow(person, scene)
        self._world.open_window(person, "action")
        followed = "打开了企业微信里的应用" if person.channel == "wecom" else "关注了公众号"
        self._world.add_entry(person, "in", "event", f"扫码{followed}" if scene else followed)
        return self._delivery.event(
            person,
            "subscribe",
            {"EventKey": QR_SCENE + scene, "Ticket": "sandbox"} if scene else {"EventKey": ""},
        )

    def unfollow(self, person: Person) -> None:
        self._world.unfollow(person)
        self._world.add_entry(person, "in", "event", "取消了关注")
        self._delivery.report(person, "unsubscribe", {"EventKey": ""})

    def text(self, person: Person, text: str) -> str:
        text = _UNWRITABLE.sub("", text)
        self._world.add_entry(person, "in", "text", text)
        self._world.open_window(person, "message")
        return self._delivery.message(person, "text", {"Content": text})

    def image(self, person: Person, media: Media, url: str) -> str:
        self._world.add_entry(person, "in", "image", "[图片]", media=media.id)
        self._world.open_window(person, "message")
        return self._delivery.message(person, "image", {"PicUrl": url, "MediaId": media.id})

    def voice(self, person: Person, seconds: int, recognition: str) -> str:
        media = self._world.keep_media("voice", SILENCE, "audio/amr")
        shown = f"[语音 {seconds}秒]" + (f" {recognition}" if recognition else "")
        self._world.add_entry(person, "in", "voice", shown, media=media.id, seconds=seconds)
        self._world.open_window(person, "message")
        return self._delivery.message(
            person, "voice", {"MediaId": media.id, "Format": "amr", "Recognition": recognition}
        )

    def location(self, person: Person, longitude: float, latitude: float, label: str) -> str:
        self._world.add_entry(
            person, "in", "location", label or "[位置]", longitude=longitude, latitude=latitude
        )
        self._world.open_window(person, "message")
        return self._delivery.message(
            person,
            "location",
            {
                "Location_X": f"{latitude:.6f}",
                "Location_Y": f"{longitude:.6f}",
                "Scale": MAP_SCALE,
                "Label": label,
            },
        )

    def click(self, person: Person, name: str, kind: str, key: str) -> str:
        self._world.add_entry(person, "in", "event", f"点了菜单“{name}”")
        if kind == "view":
            return self._delivery.event(person, "VIEW", {"EventKey": key})
        self._world.open_window(person, "action")
        return self._delivery.event(person, "CLICK" if kind == "click" else kind, {"EventKey": key})

    def scan(self, person: Person, scene: str, name: str) -> str:
        """Scan a QR code of the account; who does not follow yet follows by it."""
        if person.followed_at is None:
            return self.follow(person, scene)
        self._world.add_entry(person, "in", "event", f"扫了“{name}”的码")
        self._world.open_window(person, "action")
        return self._delivery.event(person, "SCAN", {"EventKey": scene, "Ticket": "sandbox"})

    def press(self, person: Person, task: str, key: str, label: str, code: str) -> str:
        """Press a button of a card; WeCom gives a code with which the card may be changed once."""
        self._world.add_entry(person, "in", "event", f"点了卡片“{label}”")
        fields = {"EventKey": key, "TaskId": task, "CardType": "button_interaction", "ResponseCode": code}
        return self._delivery.event(person, "template_card_event", fields)

    def accept(self, person: Person, template_id: str) -> str:
        """Agree to a subscription message, or to all of its kind."""
        kind = self._config.subscriptions[template_id]
        self._world.consent(person, template_id, lasting=kind.lasting)
        how = "以后都收" if kind.lasting else "收一条"
        self._world.add_entry(person, "in", "event", f"同意接收订阅通知“{kind.title}”（{how}）")
        return self._told(
            person, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", template_id, "accept"
        )

    def decline(self, person: Person, template_id: str) -> str:
        """Refuse subscription messages; who agreed before takes it back in the settings of the account."""
        title = self._config.subscriptions[template_id].title
        if self._world.refuse(person, template_id):
            self._world.add_entry(person, "in", "event", f"不再接收订阅通知“{title}”")
            return self._told(
                person, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", template_id, "reject"
            )
        self._world.add_entry(person, "in", "event", f"不同意接收订阅通知“{title}”")
        return self._told(
            person, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", template_id, "reject"
        )

    def _told(self, person: Person, event: str, inside: str, template_id: str, status: str) -> str:
        told = {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": "0"}
        return self._delivery.event(person, event, {inside: {"List": told}})
