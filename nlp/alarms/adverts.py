"""Advertisements: something is offered, with a way to order it, and nobody complains of anything."""

import re

_SHORTEST, _LONGEST = 8, 200
_ORDER = re.compile(
    r"加(?:我)?(?:微信|薇信|威信|vx|wx|v信|v|q)|(?:微信|vx|wx|薇信|qq)号?[:： ]?[a-z0-9_-]{5,}|扫码|联系电话|电话[:： ]?1\d{10}|(?<!\d)1[3-9]\d{9}(?!\d)|400[- ]?\d{3,4}[- ]?\d{3,4}|"
    r"(?:有)?(?:需要|意)(?:的)?(?:者|请|可|朋友)?(?:联系|致电|加|咨询|私)|欢迎(?:来电|咨询|致电|加盟|选购|订购)|详情(?:咨询|联系|请)|上门服务",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"优惠|低价|高价(?:回收|收购)|长期(?:回收|收购|供应)|专业(?:疏通|清洗|维修|搬家|开锁|防水|回收|代办|承接|打印|保洁|灭)|承接|代办|代开(?:发票)?|无抵押|秒(?:到账|批|下款)|低息|放款|贷款(?:找我|办理)|办理贷款"
    r"|诚(?:招|聘)|急招|招(?:聘|代理|兼职|商加盟)|兼职日结|日结|日赚|月入(?:过)?万|包过|包就业|加盟|促销|特价|清仓|大甩卖|买一送|免费(?:领|送|体验|试)|返利|返现|刷单|厂家直销|批发零售|新店开业|开业(?:大吉|酬宾)|转让(?:费)?面议|理财(?:产品)?收益|彩票|稳赚|开锁换锁|疏通下水道|回收(?:烟酒|旧|家电|手机|黄金)"
)
_COMPLAINT = re.compile(
    r"广告|张贴|乱贴|贴满|小卡片|骚扰|扰民|推销|诈骗|被骗|骗|投诉|举报|反映|曝光|维权|维护|没人|不管|不给|不退|不让|无人|怎么|为什么|为啥|希望|请(?:政府|领导|部门|相关|有关|书记|市长|帮|问|求|你们|管|查)|建议|严查|打击|取缔"
    r"|我家|我们小区|我们这|小区里|楼道|业主|村民|居民|邻居|无证|违法|违规|黑心|拖欠|欠薪|押金|退款|坏了|噪音|吵|脏|臭|堵|漏|[吗么?？]|领导|书记|政府|部门|局长"
)


def is_advert(text: str) -> bool:
    """Tell whether a text offers something to buy or to sign and speaks of no trouble."""
    return (
        _SHORTEST <= len(text) <= _LONGEST
        and _OFFER.search(text) is not None
        and _ORDER.search(text) is not None
        and _COMPLAINT.search(text) is None
    )
