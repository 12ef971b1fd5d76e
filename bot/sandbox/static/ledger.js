// The ledger page: what the pretend platform knows beside what the bot believes, and the panel of faults.
const POLL_MS = 1500;
const SLOW_MS = 2000;
const CAUSES = { message: "48小时", action: "1分钟" };
const WAYS = { text: "文字", template: "模板消息", subscription: "订阅通知", card: "卡片", image: "图片", voice: "语音" };
const KINDS = { errcode: "错误码", html: "网页", empty: "空的回答", status: "HTTP", hang: "不回答", reset: "中途断开", slow: "慢" };
const CALLBACKS = { acknowledged: "机器人收下", repeated: "重复推", retried: "没回答再推", overtaken: "晚到" };
const $ = (id) => document.getElementById(id);

let now = "";
let titles = {};

const cell = (text, label, name = "") => {
  const made = Object.assign(document.createElement("td"), { textContent: text, className: name });
  made.dataset.label = label;
  return made;
};
const row = (cells, name = "") => {
  const line = Object.assign(document.createElement("tr"), { className: name });
  line.append(...cells);
  return line;
};
const pairs = (counts, names = {}) => Object.entries(counts).map(([key, count]) => `${names[key] || key}×${count}`).join("，") || "无";

async function send(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const told = await answer.json().catch(() => ({}));
  $("said").textContent = answer.ok ? "" : told.detail || "没有做成，请再试一次";
  await refresh();
  return answer.ok;
}

const left = (count) => (count < 0 ? "长期" : count);
const both = (ours, theirs, name) => [...new Set([...Object.keys(ours || {}), ...Object.keys(theirs || {})])]
  .map((key) => [name(key), left(ours?.[key] ?? 0), left(theirs?.[key] ?? 0)])
  .filter(([, one, other]) => one !== 0 || other !== 0)
  .map(([key, one, other]) => `${key} ${one}／${other}`).join("，");

function personRow(line) {
  const ours = line.believed || { sent: "", owed: "", unknown: "", dead: "" };
  const wecom = line.channel === "wecom";
  const differs = line.differences.length > 0;
  const counts = { sent: "送到", owed: "待发", unknown: "不明", dead: "没送到" };
  return row([
    cell(`${line.name}${wecom ? "（企业微信）" : ""}`, "人", "who"),
    cell(line.following ? "是" : "否", "关注"),
    cell(wecom ? "不限" : both(line.windows, ours.windows, (key) => CAUSES[key]) || "关着", "窗口"),
    cell(both(line.consents, ours.consents, (key) => titles[key] || key) || "没有", "订阅通知"),
    cell(line.received, "平台收下"),
    ...Object.entries(counts).map(([key, label]) => cell(ours[key], `机器人：${label}`, "ours")),
    cell(differs ? line.differences.join("；") : "对得上", "对得上吗", "says"),
  ], differs ? "differs" : "");
}

function pushRow(push) {
  return row([
    cell(push.at.slice(5, 16).replace("T", " "), "时间"),
    cell(push.person, "给谁"),
    cell(push.text, "内容", "words"),
    cell(WAYS[push.way] || push.way || "没有发", "怎么发的"),
    cell(push.platform, "平台"),
    cell(push.bot, "机器人记的", "ours"),
    cell(push.difference || "对得上", "对得上吗", "says"),
  ], push.difference ? "differs" : "");
}

function callRow(api, count, quota) {
  return row([
    cell(api, "接口", "who"), cell(count, "一共调用"),
    cell(quota ? quota.used : "不计", "今天用了"), cell(quota ? quota.remain : "不限", "今天还剩", "says"),
  ], quota && quota.remain === 0 ? "differs" : "");
}

async function refresh() {
  const [books, events] = await Promise.all(["api/ledger", "api/events?after=1000000000"].map(async (path) => (await fetch(path)).json()));
  now = events.now;
  titles = books.subscriptions;
  $("now").textContent = events.now.slice(0, 16).replace("T", " ");
  $("verdict").textContent = books.agree ? "两本账对得上" : "两本账有出入";
  $("verdict").className = books.agree ? "pill main" : "pill verdict-bad";
  $("people").replaceChildren(...books.people.map(personRow));
  $("pushes").replaceChildren(...books.pushes.map(pushRow));
  $("compared").textContent = `一共对了${books.compared}条${books.archived ? "；更早的已归档，不再对" : ""}`;
  const apis = [...new Set([...Object.keys(books.calls), ...Object.keys(books.quotas).filter((api) => books.quotas[api].used)])];
  $("calls").replaceChildren(...apis.map((api) => callRow(api, books.calls[api] || 0, books.quotas[api])));
  $("waiting").textContent = books.waiting.length
    ? `还等着出的事：${books.waiting.map((each) => `${each.api || "任何接口"} ${KINDS[each.kind]}${each.code || ""} ×${each.times}${each.chance < 1 ? `，可能性${each.chance * 100}%` : ""}${each.until ? `，到${each.until.slice(5, 16).replace("T", " ")}` : ""}`).join("；")}` : "现在一切正常。";
  $("counts").textContent = `发出令牌${books.tokens}个；拒绝：${pairs(books.refused)}；出过的事：${pairs(books.faulty, KINDS)}；推送回调：${pairs(books.callbacks, CALLBACKS)}`;
  const chosen = $("person").value;
  const anyone = $("person").options[0];
  $("person").replaceChildren(anyone, ...books.people.map((line) => new Option(line.name, line.person)));
  $("person").value = chosen;
}

// Until so many minutes from now, by the sandbox's own clock.
function untilOf(minutes) {
  return minutes ? new Date(Date.parse(now) + minutes * 60000).toISOString() : null;
}

$("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const [kind, code] = $("kind").value.split(":");
  send("POST", "faults", {
    kind, code: Number(code), api: $("api").value, person: $("person").value,
    times: Number($("times").value), chance: Number($("chance").value), until: untilOf($("minutes").value), acts: $("acts").checked, milliseconds: kind === "slow" ? SLOW_MS : 0,
  });
});
$("spend").addEventListener("click", async () => {
  if (!$("api").value) { $("said").textContent = "先选一个接口。"; return; }
  if (await send("POST", "quotas", { api: $("api").value, left: 0 })) $("said").textContent = "用完了：再调用会回45009，到零点恢复。";
  else $("said").textContent = "这个接口没有每天的额度。";
});
$("revoke").addEventListener("click", () => send("POST", "revoke", {}));
$("rekey").addEventListener("click", async () => {
  if (await send("POST", "keys", {})) $("said").textContent = "换好了：下一条推送还用旧的，以后都用新的。";
});
$("repeat").addEventListener("click", () => send("POST", "callbacks", { repeat: 3, messages: 10 }));
$("swap").addEventListener("click", () => send("POST", "callbacks", { hold: 1 }));
$("clear").addEventListener("click", () => send("DELETE", "faults"));

refresh();
setInterval(refresh, POLL_MS);
