"use strict";
// The chat page: asks for what is new, draws it, sends what is tapped. Words from outside only ever become text nodes.

const ROLES = { voter: "选民", deputy: "代表", staff: "工作人员" };
const POLL_MS = 800;
const STAMP_GAP_MS = 5 * 60 * 1000;
const PUSHED = { template: "模板消息", subscription: "订阅通知" };
const CHOICE = /^(\d{1,2})\)? (\S.*)$/;
const $ = (id) => document.getElementById(id);

const state = { last: 0, entries: [], people: [], cast: [], stations: [], subscriptions: [], offers: new Map(), menu: "", jumps: "", drawnPeople: "", current: "", seen: new Map(), stamp: null };

function make(tag, { text, on, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  if (on) node.addEventListener("click", on);
  node.append(...children);
  return node;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const [drawing, use] = [document.createElementNS(space, "svg"), document.createElementNS(space, "use")];
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `static/icons.svg#${name}`);
  drawing.append(use);
  return drawing;
}

async function call(path, body) {
  const options = body instanceof FormData ? { method: "POST", body }
    : body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  const answer = await fetch(`api/${path}`, options);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(typeof told.detail === "string" ? told.detail : "没有做成，请再试一次");
  return told;
}

function toast(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $("toast").hidden = true; }, 2600);
}

const attempt = (work) => async (...given) => {
  try { return await work(...given); } catch (error) { toast(error.message); return undefined; }
};

// ---- looking

let asking = null;
async function refresh() {
  if (asking) return asking;
  asking = look();
  try { await asking; } catch { $("now").textContent = "演示程序没有开着"; } finally { asking = null; }
}

async function look() {
  const news = await call(`events?after=${state.last}`);
  if (news.last < state.last) { location.reload(); return; }
  state.people = news.people;
  state.last = news.last;
  state.entries.push(...news.entries);
  $("now").textContent = instant(news.now);
  drawJumps(news.jumps, news.now);
  drawMenu(news.menu);
  const open = news.entries.filter((entry) => entry.person === state.current);
  open.forEach(drawEntry);
  if (open.length) toEnd();
  drawPeople();
  drawWho();
}

// An instant is shown as the district's clocks show it, wherever the browser is.
function parts(iso) {
  const [, year, month, day, hour, minute] = iso.match(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+)/).map(Number);
  const week = "日一二三四五六"[new Date(Date.UTC(year, month - 1, day)).getUTCDay()];
  return { year, month, day, week, clock: `${hour}:${String(minute).padStart(2, "0")}` };
}
function instant(iso) {
  const at = parts(iso);
  return `${at.year}年${at.month}月${at.day}日 周${at.week} ${at.clock}`;
}
function stampOf(iso) {
  const at = parts(iso);
  return `${at.month}月${at.day}日 周${at.week} ${at.clock}`;
}

function drawJumps(jumps, now) {
  const day = now.slice(0, 16);
  const drawn = jumps.map((jump) => jump.label).join();
  $("moment").min = day;
  // The far instants stay what they are; the near ones are counted from now when they are tapped.
  state.offers = new Map(jumps.map((jump) => [jump.label, jump.at]));
  if (drawn === state.jumps) return;
  state.jumps = drawn;
  $("moments").replaceChildren(...jumps.map(({ label }) => make("button", {
    type: "button", class: /月/.test(label) ? "pill main" : "pill", text: /月/.test(label) ? `跳到 ${label}` : label, on: () => turn(state.offers.get(label)),
  })));
}

function drawMenu(menu) {
  const drawn = JSON.stringify(menu);
  if (drawn === state.menu) return;
  state.menu = drawn;
  $("menu").replaceChildren(...menu.button.map((button) => {
    const below = button.sub_button && button.sub_button.length ? button.sub_button : null;
    const node = make("button", { type: "button", role: "menuitem", text: button.name });
    if (below) node.setAttribute("aria-haspopup", "menu");
    node.addEventListener("click", () => (below ? openSubmenu(below) : press(button)));
    return node;
  }));
}

function openSubmenu(buttons) {
  const wasOpen = !$("submenu").hidden;
  $("submenu").replaceChildren(...buttons.map((button) => make("button", {
    type: "button", role: "menuitem", text: button.name, on: () => press(button),
  })));
  $("submenu").hidden = wasOpen;
}

const isUnread = (entry) => entry.side !== "in" && entry.n > (state.seen.get(entry.person) || 0);

function drawPeople() {
  const unread = new Map();
  const latest = new Map();
  for (const entry of state.entries) {
    latest.set(entry.person, entry);
    if (entry.person !== state.current && isUnread(entry)) unread.set(entry.person, (unread.get(entry.person) || 0) + 1);
  }
  const newest = (person) => latest.get(person.id)?.n || 0;
  const drawn = JSON.stringify([state.people, state.current, [...unread], state.last]);
  if (drawn === state.drawnPeople) return;
  state.drawnPeople = drawn;
  const order = [...state.people].sort((one, other) => newest(other) - newest(one));
  $("list").replaceChildren(...order.map((person) => personLine(person, latest.get(person.id), unread.get(person.id) || 0)));
  const elsewhere = [...unread.values()].reduce((sum, count) => sum + count, 0);
  $("elsewhere").textContent = elsewhere;
  $("elsewhere").hidden = !elsewhere;
}

function personLine(person, entry, unread) {
  const badges = [make("span", { class: `role ${person.role}`, text: ROLES[person.role] || person.role })];
  if (person.channel === "wecom") badges.push(make("span", { class: "role wecom", text: "企业微信" }));
  const middle = make("span", { class: "middle" },
    make("span", { class: "name" }, make("span", { text: person.name }), ...badges),
    make("span", { class: "latest", text: person.following ? (entry ? entry.text.replaceAll("\n", " ") : "") : "已取消关注" }));
  const line = make("button", { type: "button", "aria-current": String(person.id === state.current), on: () => choose(person.id) },
    faceOf(person), middle);
  if (unread) line.append(make("span", { class: "badge", text: unread, "aria-label": `${unread}条未读` }));
  return make("li", {}, line);
}

function faceOf(person) {
  return make("span", { class: `face ${person.role}`, "aria-hidden": "true", text: [...person.name].at(-1) || "人" });
}

function drawWho() {
  const person = me();
  $("who").textContent = person ? `您现在是：${person.name}（${[ROLES[person.role], person.area_name, person.channel === "wecom" ? "企业微信" : ""].filter(Boolean).join("，")}）` : "先选一个人";
  $("leave-word").textContent = person && !person.following ? "关注" : "取消关注";
}

const me = () => state.people.find((person) => person.id === state.current);

function choose(id) {
  state.current = id;
  state.stamp = null;
  hidePanels();
  sessionStorage.setItem("person", id);
  $("chat").replaceChildren();
  state.entries.filter((entry) => entry.person === id).forEach(drawEntry);
  if (!me()) drawEmpty();
  closeDrawer();
  drawPeople();
  drawWho();
  toEnd();
}

function drawEmpty() {
  $("chat").replaceChildren(make("div", { class: "empty" },
    make("p", { text: "在这里您可以当选民、当代表、当工作人员，看机器人怎么答。" }),
    make("button", { type: "button", text: "当一位新选民", on: newVoter })));
}

function toEnd() { $("chat").scrollTop = $("chat").scrollHeight; }

// ---- drawing one entry

function drawEntry(entry) {
  state.seen.set(entry.person, Math.max(entry.n, state.seen.get(entry.person) || 0));
  $("chat").querySelector(".empty")?.remove();
  const at = Date.parse(entry.at);
  if (state.stamp === null || at - state.stamp > STAMP_GAP_MS) $("chat").append(make("p", { class: "stamp", text: stampOf(entry.at) }));
  state.stamp = at;
  if (entry.kind === "card-change") { closeCard(entry); return; }
  const isGrey = entry.side === "note" || entry.kind === "event";
  $("chat").append(isGrey ? make("p", { class: `grey ${entry.kind}`, text: entry.text }) : row(entry));
}

function row(entry) {
  const own = entry.side === "in";
  const face = own && me() ? faceOf(me()) : make("span", { class: "face account", "aria-hidden": "true" });
  const said = make("div", { class: "said" });
  if (entry.via === "push") said.append(make("p", { class: "via", text: PUSHED[entry.kind] || "主动发来" }));
  said.append(...(DRAW[entry.kind] || drawText)(entry));
  return make("div", { class: own ? "row own" : "row", role: "group", "aria-label": own ? "我说" : "公众号说" }, face, said);
}

function drawText(entry) {
  const box = make("div", { class: "bubble" });
  if (entry.side === "in") { box.append(make("span", { text: entry.text })); return [box]; }
  let plain = [];
  let chips = null;
  const flush = () => { if (plain.length) box.append(make("span", { text: plain.join("\n") })); plain = []; };
  for (const line of entry.text.split("\n")) {
    const choice = line.match(CHOICE);
    if (!choice) { if (chips) chips = null; plain.push(line); continue; }
    flush();
    if (!chips) { chips = make("div", { class: "chips" }); box.append(chips); }
    chips.append(make("button", { type: "button", class: "chip", "aria-label": `回${choice[1]}：${choice[2]}`, on: () => say(choice[1]) },
      make("b", { text: choice[1] }), make("span", { text: choice[2] })));
  }
  flush();
  return [box];
}

const DRAW = {
  image: (entry) => {
    const picture = make("img", { src: `api/media/${encodeURIComponent(entry.media)}`, alt: "图片" });
    picture.addEventListener("load", toEnd);
    return [make("div", { class: "bubble bare" }, picture)];
  },
  voice: (entry) => {
    const heard = entry.text.replace(/^\[[^\]]*\] ?/, "");
    const box = make("div", { class: "bubble" }, make("span", { class: "voice", "aria-label": `语音${entry.seconds}秒` }, `${entry.seconds}″`, icon("voice")));
    return heard ? [box, make("p", { class: "heard", text: heard })] : [box];
  },
  location: (entry) => [make("div", { class: "place" },
    make("p", {}, make("span", { text: entry.text }), make("small", { text: `${entry.latitude.toFixed(5)}，${entry.longitude.toFixed(5)}` })),
    make("div", { class: "map" }, icon("pin")))],
  template: (entry) => {
    const [[, head], ...others] = entry.fields;
    return [make("div", { class: "card" }, make("h3", { text: $("account").textContent }), make("p", { class: "head", text: head }),
      make("dl", {}, ...others.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })])))];
  },
};

// A card's buttons can be pressed until WeCom is told what became of its question.
function drawCard(entry) {
  const buttons = entry.fields.map(([key, text]) => make("button", {
    type: "button", class: "chip", text, on: () => act("press", { task: entry.task, key }),
  }));
  return [make("div", { class: "card", "data-task": entry.task }, make("h3", { text: $("account").textContent }),
    make("p", { class: "head", text: entry.text }), make("div", { class: "chips" }, ...buttons))];
}
DRAW.card = drawCard;
DRAW.subscription = DRAW.template;

function closeCard(entry) {
  const card = [...$("chat").querySelectorAll("[data-task]")].find((each) => each.dataset.task === entry.task);
  card?.querySelector(".chips").replaceChildren(make("span", { class: "closed", text: entry.text }));
}

// ---- acting

async function act(path, body) {
  if (!state.current) await newVoter();
  hidePanels();
  try {
    const sent = call(path, body instanceof FormData ? body : { person: state.current, ...body });
    setTimeout(refresh, 60);
    await sent;
  } catch (error) { toast(error.message); }
  await refresh();
}

const say = (text) => act("text", { text });
const press = (button) => act("menu", { name: button.name, type: button.type || "click", key: button.key || button.url || "" });

const join = attempt(async (person) => {
  const made = await call("people", person);
  await refresh();
  choose(made.id);
});

function newVoter() {
  const taken = new Set(state.people.map((person) => person.name));
  let number = 1;
  while (taken.has(`选民${number}`)) number += 1;
  return join({ role: "voter", name: `选民${number}` });
}

const turn = attempt(async (at) => {
  document.body.classList.add("turning");
  try { await call("jump", { at }); } finally { document.body.classList.remove("turning"); }
  $("jumps").classList.remove("open");
  $("turn").setAttribute("aria-expanded", "false");
  await refresh();
});

function sendPicture(file) {
  const form = new FormData();
  form.append("person", state.current);
  form.append("file", file, file.name || "lamp.png");
  return act("image", form);
}

// A picture for whoever has none at hand: a dark stairway lamp, drawn here.
function samplePicture() {
  const canvas = make("canvas", { width: 480, height: 640 });
  const pen = canvas.getContext("2d");
  const night = pen.createLinearGradient(0, 0, 0, 640);
  night.addColorStop(0, "#3a4250"); night.addColorStop(1, "#14171d");
  pen.fillStyle = night; pen.fillRect(0, 0, 480, 640);
  for (let step = 0; step < 7; step += 1) { pen.fillStyle = `rgb(${70 - step * 6},${76 - step * 6},${86 - step * 6})`; pen.fillRect(60 + step * 26, 600 - step * 46, 420 - step * 26, 24); }
  pen.fillStyle = "#9aa3ad"; pen.fillRect(232, 0, 16, 96);
  pen.fillStyle = "#59606a"; pen.beginPath(); pen.arc(240, 128, 40, 0, 7); pen.fill();
  pen.strokeStyle = "#c9483f"; pen.lineWidth = 9; pen.beginPath(); pen.moveTo(206, 94); pen.lineTo(274, 162); pen.moveTo(274, 94); pen.lineTo(206, 162); pen.stroke();
  canvas.toBlob((blob) => sendPicture(new File([blob], "lamp.png", { type: "image/png" })), "image/png");
}

// ---- sheets

const SHEETS = {
  location: () => ["发送位置", state.stations.slice(0, 12).map((pin) => make("button", {
    type: "button", on: () => { $("sheet").close(); act("location", { longitude: pin.longitude + 0.001, latitude: pin.latitude + 0.001, label: `${pin.name}附近` }); },
  }, icon("pin"), make("span", { text: `${pin.name}附近` })))],
  scan: () => ["扫一扫站里的码", state.stations.map((pin) => make("button", {
    type: "button", class: "scan", on: () => { $("sheet").close(); act("scan", { station: pin.key }); },
  }, make("img", { src: `api/qr/${encodeURIComponent(pin.key)}`, alt: "", loading: "lazy" }), make("span", { text: pin.name })))],
  consent: () => ["订阅通知", me()?.channel === "wecom"
    ? [make("p", { class: "hint", text: "企业微信里没有订阅通知，公众号里才有。" })] : state.subscriptions.map(consentLine)],
  voice: () => ["发一段语音", [
    spokenForm(),
    ...[["5秒，微信没转出文字", 5], ["42秒，微信没转出文字", 42]].map(([label, seconds]) => make("button", {
      type: "button", text: label, on: () => { $("sheet").close(); act("voice", { seconds, recognition: "" }); },
    })),
  ]],
};

// What somebody agreed to receive, and the two answers of WeChat's own question.
function consentLine(each) {
  const left = me()?.consents[each.id] || 0;
  const told = left < 0 ? "已同意，以后都收" : left ? `已同意，还能收${left}条` : "没有同意";
  const answer = (text, accepts) => make("button", { type: "button", text, on: () => { $("sheet").close(); act("accept", { template: each.id, accepts }); } });
  return make("div", { class: "consent" },
    make("p", {}, make("b", { text: each.title }), make("small", { text: `${each.lasting ? "长期订阅" : "一次性订阅"}：${told}` })),
    ...(left < 0 ? [] : [answer(left ? "再同意一条" : "同意", true)]), answer(left ? "不再接收" : "不同意", false));
}

function spokenForm() {
  const words = make("input", { type: "text", maxlength: "1000", placeholder: "说的话，微信转出了文字", "aria-label": "说的话" });
  const form = make("form", { class: "spoken" }, words, make("button", { type: "submit", text: "发出" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const recognition = words.value.trim();
    if (!recognition) return;
    $("sheet").close();
    act("voice", { seconds: Math.min(60, Math.max(2, Math.ceil(recognition.length / 4))), recognition });
  });
  return form;
}

function openSheet(name) {
  const [title, buttons] = SHEETS[name]();
  $("sheet-title").textContent = title;
  $("sheet-body").replaceChildren(...buttons);
  $("sheet").showModal();
}

function hidePanels() {
  $("panel").hidden = true;
  $("submenu").hidden = true;
  $("more").setAttribute("aria-expanded", "false");
}

function showKeyboard(shown) {
  hidePanels();
  $("write").hidden = !shown;
  $("bar").hidden = shown;
  if (shown) $("text").focus();
}

function closeDrawer() {
  $("people").classList.remove("open");
  $("shade").hidden = true;
  $("drawer").setAttribute("aria-expanded", "false");
}

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${$("text").scrollHeight}px`;
  $("send").hidden = !$("text").value.trim();
  $("more").hidden = !$("send").hidden;
}

// ---- wiring

$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value;
  if (!text.trim()) return;
  $("text").value = "";
  grow();
  say(text);
});
$("text").addEventListener("input", grow);
$("text").addEventListener("focus", hidePanels);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("write").requestSubmit(); }
});
$("to-keyboard").addEventListener("click", () => showKeyboard(true));
$("to-menu").addEventListener("click", () => showKeyboard(false));
$("to-voice").addEventListener("click", () => openSheet("voice"));
$("more").addEventListener("click", () => {
  $("panel").hidden = !$("panel").hidden;
  $("more").setAttribute("aria-expanded", String(!$("panel").hidden));
  toEnd();
});
document.querySelectorAll("[data-sheet]").forEach((tile) => tile.addEventListener("click", () => openSheet(tile.dataset.sheet)));
$("sheet-close").addEventListener("click", () => $("sheet").close());
$("sheet").addEventListener("click", (event) => { if (event.target === $("sheet")) $("sheet").close(); });
$("sample").addEventListener("click", async () => { if (!state.current) await newVoter(); samplePicture(); });
$("picture").addEventListener("change", async () => {
  const [file] = $("picture").files;
  if (!file) return;
  if (!state.current) await newVoter();
  await sendPicture(file);
  $("picture").value = "";
});
$("leave").addEventListener("click", () => { if (me()) act(me().following ? "unfollow" : "follow", {}); });
$("chat").addEventListener("click", (event) => { if (!event.target.closest("button")) hidePanels(); });
$("new-voter").addEventListener("click", newVoter);
for (const role of ["deputy", "staff"]) {
  $(`new-${role}`).addEventListener("change", (event) => {
    const index = Number(event.target.value);
    event.target.value = "";
    join({ role, name: state.cast[index].name, cast: index, on_wecom: $("on-wecom").checked });
  });
}
$("drawer").addEventListener("click", () => {
  const opened = $("people").classList.toggle("open");
  $("shade").hidden = !opened;
  $("drawer").setAttribute("aria-expanded", String(opened));
});
$("shade").addEventListener("click", closeDrawer);
$("turn").addEventListener("click", () => $("turn").setAttribute("aria-expanded", String($("jumps").classList.toggle("open"))));
$("until").addEventListener("submit", (event) => { event.preventDefault(); if ($("moment").value) turn($("moment").value); });

async function start() {
  const all = await call("state?after=0");
  Object.assign(state, { cast: all.cast, stations: all.stations, subscriptions: all.subscriptions });
  $("account").textContent = all.account;
  document.title = `${all.account}沙盒`;
  $("by-wecom").hidden = !all.wecom;
  for (const role of ["deputy", "staff"]) {
    const options = all.cast.map((member, index) => [member, index]).filter(([member]) => member.role === role)
      .map(([member, index]) => make("option", { value: index, text: [member.name, member.title, member.area_name].filter(Boolean).join("，") }));
    const hidden = make("option", { value: "", text: "选一位" });
    $(`new-${role}`).replaceChildren(hidden, ...options);
  }
  const latest = new Map(all.entries.map((entry) => [entry.person, entry.n]));
  state.people = all.people;
  state.entries = all.entries;
  state.last = all.last;
  state.seen = latest;
  const before = sessionStorage.getItem("person");
  const person = all.people.find((each) => each.id === before) || all.people[0];
  choose(person ? person.id : "");
  showKeyboard(true);
  await refresh();
  setInterval(refresh, POLL_MS);
}

start().catch(() => { $("now").textContent = "演示程序没有开着，请刷新"; });
