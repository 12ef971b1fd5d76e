// The ledger page: what the pretend platform knows beside what the bot believes, and the panel of faults.
const POLL_MS = 1500;
const SLOW_MS = 2000;
const CAUSES = { message: "48小时", action: "1分钟" };
const $ = (id) => document.getElementById(id);

const cell = (text, name = "") => Object.assign(document.createElement("td"), { textContent: text, className: name });
const row = (cells, name = "") => {
  const line = Object.assign(document.createElement("tr"), { className: name });
  line.append(...cells);
  return line;
};
const pairs = (counts) => Object.entries(counts).map(([key, count]) => `${key}×${count}`).join("，") || "无";

async function send(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  await fetch(`api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  await refresh();
}

function personRow(line) {
  const ours = line.believed || { sent: "", owed: "", unknown: "", dead: "" };
  const windows = Object.entries(line.windows).map(([cause, each]) => `${CAUSES[cause]}：${each.left}`).join("，");
  const differs = line.differences.length > 0;
  return row([
    cell(`${line.name}${line.channel === "wecom" ? "（企业微信）" : ""}`),
    cell(line.following ? "是" : "否"),
    cell(windows || "关着"),
    cell(line.received),
    ...["sent", "owed", "unknown", "dead"].map((key) => cell(ours[key], "ours")),
    cell(differs ? line.differences.join("；") : "对得上", "says"),
  ], differs ? "differs" : "");
}

async function refresh() {
  const [books, events] = await Promise.all(["api/ledger", "api/events?after=1000000000"].map(async (path) => (await fetch(path)).json()));
  $("now").textContent = events.now.slice(0, 16).replace("T", " ");
  $("verdict").textContent = books.agree ? "两本账对得上" : "两本账有出入";
  $("verdict").className = books.agree ? "pill main" : "pill verdict-bad";
  $("people").replaceChildren(...books.people.map(personRow));
  $("calls").replaceChildren(...Object.entries(books.calls).map(([api, count]) => row([cell(api), cell(count)])));
  $("waiting").textContent = books.waiting.length
    ? `还等着出的事：${books.waiting.map((each) => `${each.api || "任何接口"} ${each.kind}${each.code || ""} ×${each.times}`).join("；")}` : "现在一切正常。";
  $("counts").textContent = `发出令牌${books.tokens}个；拒绝：${pairs(books.refused)}；出过的事：${pairs(books.faulty)}；推送回调：${pairs(books.callbacks)}`;
  const chosen = $("person").value;
  const anyone = $("person").options[0];
  $("person").replaceChildren(anyone, ...books.people.map((line) => new Option(line.name, line.person)));
  $("person").value = chosen;
}

$("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const [kind, code] = $("kind").value.split(":");
  send("POST", "faults", {
    kind, code: Number(code), api: $("api").value, person: $("person").value,
    times: Number($("times").value), acts: $("acts").checked, milliseconds: kind === "slow" ? SLOW_MS : 0,
  });
});
$("revoke").addEventListener("click", () => send("POST", "revoke", {}));
$("repeat").addEventListener("click", () => send("POST", "callbacks", { repeat: 3, messages: 10 }));
$("swap").addEventListener("click", () => send("POST", "callbacks", { hold: 1 }));
$("clear").addEventListener("click", () => send("DELETE", "faults"));

refresh();
setInterval(refresh, POLL_MS);
