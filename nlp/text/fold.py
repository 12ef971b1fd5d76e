"""One form for all ways of typing the same words: half width, simplified, nothing invisible."""

import re
import unicodedata
from functools import lru_cache

# Traditional letters that occur in messages, and their simplified form, pair by pair.
_TRADITIONAL = """
們们 個个 來来 時时 說说 這这 裡里 裏里 對对 會会 過过 後后 還还 沒没 為为 樣样 與与 國国 學学 開开 關关 門门 間间 問问
題题 見见 現现 發发 電电 車车 動动 東东 長长 進进 讓让 話话 請请 謝谢 麼么 嗎吗 給给 錢钱 買买 賣卖 醫医 藥药 難难 業业
產产 區区 縣县 鎮镇 鄉乡 廠厂 廣广 場场 園园 樓楼 層层 牆墙 燈灯 壞坏 報报 應应 該该 當当 實实 處处 辦办 務务 員员 單单
資资 養养 險险 費费 稅税 貸贷 債债 貨货 貿贸 質质 價价 幾几 萬万 億亿 兩两 雙双 點点 邊边 遠远 連连 運运 達达 遷迁 選选
適适 遲迟 遺遗 鄰邻 鐵铁 銀银 鋪铺 錯错 鍵键 鎖锁 鐘钟 針针 鋼钢 錄录 閉闭 閘闸 閱阅 隊队 陽阳 陰阴 際际 陸陆 隨随 險险
雜杂 離离 雲云 霧雾 靜静 響响 頁页 項项 順顺 須须 預预 領领 頭头 頻频 顆颗 額额 類类 顧顾 顯显 風风 飛飞 飯饭 飲饮 館馆
餘余 馬马 駕驾 騎骑 騙骗 騷骚 驗验 驚惊 髒脏 體体 魚鱼 鳥鸟 鷄鸡 雞鸡 鹽盐 麥麦 麵面 黃黄 齊齐 齡龄 龍龙 龜龟 亂乱 亞亚
傳传 傷伤 債债 傾倾 僅仅 側侧 偵侦 備备 優优 償偿 儲储 兒儿 內内 冊册 決决 況况 凍冻 淨净 減减 準准 劃划 劇剧 劉刘 則则
剛刚 創创 劑剂 勞劳 勢势 勝胜 勵励 協协 華华 衛卫 卻却 廳厅 歷历 壓压 厭厌 縮缩 參参 變变 叢丛 號号 嘆叹 員员 吳吴 啟启
喪丧 喬乔 嘗尝 嚇吓 嚴严 囑嘱 圍围 圖图 圓圆 團团 塊块 堅坚 墊垫 執执 塵尘 墜坠 壘垒 壯壮 聲声 壺壶 夠够 夾夹 奪夺
奮奋 婦妇 媽妈 嬰婴 孫孙 寧宁 寶宝 寫写 審审 寬宽 專专 尋寻 導导 屆届 屬属 嶺岭 島岛 巖岩 幣币 帥帅 師师 帶带 幫帮 幹干
莊庄 慶庆 庫库 廟庙 廢废 異异 棄弃 張张 彈弹 強强 彎弯 彙汇 徑径 從从 復复 徵征 憂忧 懷怀 態态 慣惯 慮虑 憑凭 憲宪 戀恋
戰战 戲戏 戶户 拋抛 掃扫 揚扬 換换 損损 據据 擋挡 擔担 擁拥 擠挤 擇择 擊击 擾扰 攔拦 攝摄 敗败 敵敌 數数 斷断 舊旧 曉晓
暫暂 曬晒 書书 術术 機机 殺杀 權权 條条 楊杨 極极 構构 標标 棟栋 樹树 橋桥 檢检 櫃柜 欄栏 歐欧 歡欢 殘残 毀毁 氣气 漢汉
汙污 湯汤 溝沟 滅灭 滯滞 漲涨 漸渐 潔洁 澆浇 濕湿 濟济 濫滥 瀉泻 灘滩 灣湾 滿满 災灾 煙烟 煩烦 熱热 燒烧 營营 爐炉
爛烂 爭争 爺爷 牽牵 犧牺 狀状 獨独 獲获 獎奖 環环 瑪玛 畫画 畝亩 療疗 瘋疯 癢痒 盜盗 盡尽 監监 盤盘 眾众 睏困 確确 礙碍
礦矿 碼码 磚砖 禍祸 禮礼 種种 稱称 積积 穩稳 窮穷 竊窃 競竞 筆笔 節节 範范 築筑 簡简 簽签 籃篮 糧粮 糾纠 紅红 約约 級级
紀纪 納纳 紙纸 紛纷 細细 終终 組组 結结 絕绝 絡络 統统 經经 綠绿 維维 網网 緊紧 線线 練练 編编 緣缘 緩缓 縱纵 總总 績绩
繳缴 織织 繞绕 繼继 續续 罰罚 罷罢 義义 習习 聯联 聽听 職职 聰聪 肅肃 腫肿 腦脑 腳脚 膽胆 臉脸 臨临 興兴 舉举 艙舱 艱艰
藝艺 葉叶 蓋盖 薦荐 蘇苏 蘭兰 虛虚 蟲虫 補补 裝装 製制 褲裤 襯衬 規规 視视 親亲 覺觉 觀观 觸触 計计 訂订 訊讯 討讨 訓训
記记 設设 許许 訴诉 診诊 註注 證证 評评 詐诈 詞词 試试 詢询 詳详 誠诚 誤误 誰谁 課课 調调 談谈 論论 諾诺 謀谋 講讲 謊谎
識识 譯译 議议 護护 譽誉 讀读 貧贫 責责 貪贪 販贩 貴贵 賄贿 賊贼 賓宾 賠赔 賭赌 賬账 賴赖 贊赞 贓赃 趕赶 跡迹 踐践
蹤踪 軌轨 軍军 軟软 軸轴 載载 輕轻 輛辆 輩辈 輪轮 輸输 轄辖 轉转 農农 遊游 違违 遞递 遙遥 鄭郑 醜丑 釋释 鈴铃 鉛铅 銷销
鋁铝 鋸锯 鏈链 鏡镜 閃闪 閒闲 闆板 闖闯 陳陈 階阶 隱隐 隻只 雖虽 電电 頂顶 頓顿 顏颜 願愿 餓饿 駐驻 驅驱 鬆松 鬧闹
鬥斗 鬱郁 魯鲁 鮮鲜 鴨鸭 鵝鹅 嗎吗 誒诶 妳你 祇只 週周 櫥橱 籬篱 溼湿 佔占 傢家 衝冲 擺摆 攤摊 灑洒 竈灶 棲栖
蓮莲 鋒锋 錦锦 鑽钻 塗涂 澤泽 潤润 濱滨 滬沪 瀏浏 漁渔 滲渗 瀝沥 燙烫 燭烛 爾尔 猶犹 獄狱 獻献 瑩莹 皺皱
"""

_KEPT_CONTROLS = {"\n": "\n", "\r": "\n", "\t": " ", "\u2028": "\n", "\u2029": "\n", "\u3000": " "}
_INVISIBLE_RANGES = ((0x00, 0xA0), (0xAD, 0xAE), (0x600, 0x620), (0x180B, 0x1810), (0x2000, 0x2070))
_MORE_INVISIBLE_RANGES = ((0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFF0, 0x10000), (0xE0000, 0xE0200))

_KEYCAP = 0x20E3
"""The frame around the digit of a key; the digit before it is one like any other."""
_MARKED_DIGITS = ("❶❷❸❹❺❻❼❽❾", "➀➁➂➃➄➅➆➇➈", "➊➋➌➍➎➏➐➑➒")
"""Digits in circles that stand beside those which the normal form knows."""


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for start, end in _INVISIBLE_RANGES + _MORE_INVISIBLE_RANGES:
        for code in range(start, end):
            if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cn", "Mn"}:
                table[code] = None
    table |= {ord(letter): kept for letter, kept in _KEPT_CONTROLS.items()}
    table |= {ord(mark): str(digit) for marks in _MARKED_DIGITS for digit, mark in enumerate(marks, 1)}
    table[_KEYCAP] = None
    return table | {ord(pair[0]): pair[1] for pair in _TRADITIONAL.split()}


_TABLE = _table()
_LAST_OF_PLANE = 0xFFFF
# Few texts have anything to change, and looking is ten times faster than changing.
_CHANGES = re.compile(
    "["
    + "".join(re.escape(chr(code)) for code in _TABLE if code <= _LAST_OF_PLANE and chr(code) != "\n")
    # A range, because a class with single letters beyond the first plane is a hundred times slower.
    + "\U000e0000-\U000e01ff]"
)
_WIDE_MARKS = tuple(zip("，！？：；（）", ",!?:;()", strict=True))
"""What nearly every message has of full width; taken out one by one they save the slow way for the whole text."""


# One message is folded by everyone who looks into it, one after the other.
@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """Bring a text to the form in which all words are looked up; an ordinary text comes back unchanged."""
    if not unicodedata.is_normalized("NFKC", text):
        for wide, narrow in _WIDE_MARKS:
            text = text.replace(wide, narrow)
        text = unicodedata.normalize("NFKC", text)
    return text.translate(_TABLE) if _CHANGES.search(text) else text


def command_line(text: str) -> str:
    """Bring a typed line to the form that commands are matched in: folded, without end punctuation."""
    return " ".join(fold(text).split()).rstrip("。.!?？ ")
