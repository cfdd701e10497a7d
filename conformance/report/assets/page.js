
"use strict";
(() => {
  const read = (name) => JSON.parse(document.getElementById(name).textContent);
  const data = read("index");
  const cases = data.cases;
  const number = new Intl.NumberFormat("en");
  const icons = { pass: "pass", fail: "fail", advice: "advice", partly: "partly", hidden: "hidden", untested: "untested",
    error: "error", "not applicable": "na", none: "none" };
  const looks = { ...icons, hidden: "hidden-state" };

  /* Building. Text only ever becomes a text node: nothing that a target sent is read as markup. */
  const shown = (text) => String(text)
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (c) => "<U+" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + ">");
  const make = (tag, options, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(options || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key === "class") node.className = value;
      else node.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false || child === "") continue;
      node.append(child instanceof Node ? child : shown(child));
    }
    return node;
  };
  const icon = (state) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", "#i-" + icons[state]);
    svg.append(use);
    return svg;
  };
  const tag = (state, text) => make("span", { class: "tag " + looks[state] }, icon(state), text === undefined ? state : text);
  const count = (n, one, many) => number.format(n) + " " + (n === 1 ? one : many || one + "s");
  const breakable = (text) => text.split("_").flatMap((part, at) => at ? [make("wbr"), "_" + part] : [part]);
  const requirementLink = (id) => make("a", { href: "#" + encodeURIComponent(id), class: "mono" }, id);
  const button = (text, action, kind) => make("button", { type: "button", class: kind || "link", onclick: action }, text);
  const say = (text) => { document.getElementById("said").textContent = text; };

  /* Details of a case, read when somebody asks for them. */
  const blocks = new Map();
  const details = (one) => {
    const at = Math.floor(one.n / data.block);
    if (!blocks.has(at)) blocks.set(at, read("block-" + at));
    return blocks.get(at)[one.n % data.block];
  };
  const copy = (text) => async (event) => {
    const pressed = event.currentTarget, label = pressed.textContent;
    let done = true;
    try { await navigator.clipboard.writeText(text); } catch (refused) {
      const area = make("textarea", { class: "quiet", "aria-hidden": "true" });
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
      pressed.focus();
    }
    pressed.textContent = done ? "Copied" : "Select it to copy";
    say(done ? "Copied" : "The line could not be copied");
    setTimeout(() => { pressed.textContent = label; }, 1600);
  };
  /* A line is broken between its words, and not at the hyphens of its options. */
  const unbroken = (text) => text.split(/( )/).map((each) => each === " " || each.length > 60 ? each : make("span", { class: "word" }, each));
  const copyable = (title, text) => text && make("div", null, make("h3", null, title),
    make("div", { class: "copy" }, make("pre", null, unbroken(text)), button("Copy", copy(text), "plain")));

  const message = (first, headers, body) => {
    const lines = [make("span", { class: "l" }, first), "\n"];
    for (const [name, value] of headers) lines.push(make("span", { class: "h" }, name + ": " + value), "\n");
    if (body && body.text) {
      lines.push("\n", body.encoding ? make("span", { class: "h" }, "(" + body.encoding + ")\n") : "", body.text);
      if (body.size) lines.push(make("span", { class: "h" }, "\n… cut; it has " + number.format(body.size) + " bytes"));
    } else if (body) lines.push("\n", make("span", { class: "h" }, "(no body)"));
    if (body && body.truncated) lines.push(make("span", { class: "h" }, "\n(reading stopped at the bound of the suite)"));
    return make("pre", { tabindex: "0" }, lines);
  };
  const step = (one) => make("div", { class: "step" },
    make("p", null, make("b", null, one.label || "exchange"), " · as " + one.credentials + " · " + number.format(one.elapsed) + " ms"),
    make("div", { class: "two" }, message(one.line, one.headers, one.body),
      one.status ? message(one.status, one.answerHeaders, one.answer) : make("pre", null, "No answer. " + (one.fault || ""))));
  const sentences = (ids) => make("div", null, ids.map((id) => {
    const known = data.requirements[id];
    return make("div", { class: "says" }, requirementLink(id), known && known.sentence,
      known && make("small", { class: "soft" }, " " + [known.cite, known.basis].filter(Boolean).join(", ")));
  }));
  const body = (one) => {
    const all = details(one);
    const broken = [...new Set(all.violations.map((each) => each.requirement))];
    const column = (name, text, mono) => make("td", { "data-name": name }, mono ? make("code", null, text) : text);
    return [
      all.reason && make("div", null, make("h3", null, one.v === "untested" ? "What is lacking" : "Why"), make("pre", null, all.reason)),
      sentences(broken.length ? broken : one.r),
      all.assumed && make("p", { class: "soft" }, "This rests on a constraint that no public page states."),
      all.violations.length > 0 && make("table", { class: "wrong" },
        make("thead", null, make("tr", null, ["Requirement", "Place", "Expected", "Got"].map((each) => make("th", { scope: "col" }, each)))),
        make("tbody", null, all.violations.map((each) => make("tr", null, column("requirement", each.requirement, true),
          column("place", each.pointer, true), column("expected", each.expected, true), column("got", each.actual, true))))),
      all.exchanges.length > 0 && make("div", null, all.exchanges.map(step)),
      copyable("See it again", all.curl), copyable("Run the case again", all.rerun),
      all.letter && make("details", { class: "letter" }, make("summary", null, "The failure as text"), make("pre", null, all.letter)),
    ];
  };
  const lazily = (node, build) => {
    node.build = () => {
      if (node.dataset.built) return;
      node.dataset.built = "1";
      node.append(make("div", { class: "inside" }, build()));
    };
    /* A click, which a key is as well, comes before the opening; the other way to open is a search of the browser. */
    node.querySelector("summary").addEventListener("click", node.build);
    node.addEventListener("toggle", () => { if (node.open) node.build(); });
    return node;
  };

  /* Head */
  const verdictLook = { conformant: "pass", "not conformant": "fail", incomplete: "untested" }[data.verdict];
  const tested = ["pass", "fail", "advice"].reduce((sum, each) => sum + data.counts[each], 0);
  const musts = data.findings.filter((each) => each.level === "must").length;
  const lead = () => {
    const open = data.required.untested + data.required.error, texts = [];
    if (data.verdict === "not conformant") texts.push(`${count(data.counts.fail, "case")} failed, for ${count(musts, "cause")}.`);
    else if (data.verdict === "conformant") texts.push("Every required case was tested, and none failed.");
    else if (!tested) texts.push("Nothing was tested.");
    else texts.push("Nothing failed, but not all that is required was tested.");
    texts.push(`${number.format(tested)} of ${count(cases.length, "case")} tested.`);
    if (open) texts.push(`${count(open, "required case")} not tested.`);
    return texts.concat(data.reservations).join(" ");
  };
  const run = data.run, target = run.target || {};
  const moment = run.started ? new Date(run.started) : null;
  const long = (seconds) => seconds < 60 ? `${seconds.toFixed(1)} s` : seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s` : `${Math.floor(seconds / 3600)} h ${Math.round(seconds % 3600 / 60)} min`;
  const head = make("header", null,
    make("div", { class: "eyebrow" }, make("span", null, "Conformance report"), make("code", null, target.url || ""),
      moment && !isNaN(moment) && make("time", { datetime: run.started }, run.started.replace("T", " ").replace(/(\.\d+)?(Z|\+00:00)$/, " UTC"))),
    make("h1", null, data.name),
    make("div", { class: "verdict " + verdictLook }, make("span", { class: "seal" }, icon(verdictLook)),
      make("div", null, make("strong", { id: "verdict" }, data.verdict[0].toUpperCase() + data.verdict.slice(1)), make("p", null, lead()))));
  const nav = make("nav", { "aria-label": "Parts of this page" }, [["findings", "Findings", data.findings.length],
    ["untested", "Not tested", data.untested.length + data.errors.length], data.changes && ["changes", "Baseline", ""], ["cases", "Cases", cases.length],
    ["requirements", "Requirements", Object.keys(data.requirements).length], ["run", "This run", ""]].filter(Boolean)
    .map(([id, text, n]) => make("a", { href: "#" + id }, text, n !== "" && make("span", null, " " + number.format(n)))));

  /* The picture */
  const cellText = (cell) => {
    const all = Object.values(cell.counts).reduce((sum, each) => sum + each, 0);
    return cell.state === "none" ? data.legend.none[1]
      : `${data.legend[cell.state][1]}; ${Object.entries(cell.counts).map(([state, n]) => `${n} ${state}`).join(", ")} of ${count(all, "case")}`;
  };
  const controls = (row, each) => filter({ label: "controls of " + row.code, clause: each.state === "fail" ? "control" : "",
    only: [...cases.keys()].filter((at) => cases[at].k && each.operations.includes(cases[at].o)) }, true);
  const cell = (row, column, each) => {
    const all = Object.values(each.counts).reduce((sum, n) => sum + n, 0);
    if (each.state === "none") return make("span", { class: "cell none", title: cellText(each) }, icon("none"), make("span", { class: "quiet" }, "nothing asked"));
    return make("button", { type: "button", class: "cell " + looks[each.state], tabindex: "-1", title: cellText(each),
      "aria-label": `${row.code}, ${column}: ${cellText(each)}`,
      onclick: () => each.operations ? controls(row, each) : filter({ code: row.code, clause: each.state === "fail" ? column : "" }, true) },
      icon(each.state), each.state === "fail" && (each.counts.fail === all ? "all" : all > 999 ? number.format(each.counts.fail) : `${each.counts.fail}/${all}`));
  };
  const states = new Set(data.picture.rows.flatMap((row) => row.cells.map((each) => each.state)));
  const grid = make("table", { class: "picture" },
    make("caption", { class: "quiet" }, "Error codes by clauses. Arrow keys move, Enter lists the cases."),
    make("thead", null, make("tr", null, make("th", { scope: "col" }, make("span", { class: "quiet" }, "Error code")),
      data.picture.columns.map((each) => make("th", { scope: "col" }, each)))),
    make("tbody", null, data.picture.rows.map((row) => make("tr", null,
      make("th", { scope: "row" }, make("a", { href: "#" + encodeURIComponent("code." + row.code), tabindex: "-1" }, breakable(row.code))),
      row.cells.map((each, at) => make("td", null, cell(row, data.picture.columns[at], each)))))));
  const spots = () => [...grid.querySelectorAll("button.cell")];
  if (spots().length) spots()[0].tabIndex = 0;
  grid.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || !event.target.matches("button.cell")) return;
    event.preventDefault();
    let row = event.target.closest("tr").rowIndex, column = event.target.closest("td").cellIndex, found = null;
    while (!found) {
      row += step[0]; column += step[1];
      const place = grid.rows[row] && grid.rows[row].cells[column];
      if (!place || row < 1 || column < 1) return;
      found = place.querySelector("button.cell");
    }
    event.target.tabIndex = -1;
    found.tabIndex = 0;
    found.focus();
  });
  const legend = make("p", { class: "legend" }, Object.keys(data.legend).filter((each) => states.has(each)).map((each) =>
    make("span", null, make("i", { class: looks[each] }, icon(each)), data.legend[each][1])));

  /* What was tested */
  const named = data.verdicts.filter((each) => data.counts[each]);
  const bar = make("div", { class: "bar", "aria-hidden": "true" }, named.map((each) => {
    const part = make("span", { class: looks[each] });
    part.style.flexGrow = data.counts[each];
    return part;
  }));
  const sum = (counts) => number.format(Object.values(counts).reduce((total, each) => total + each, 0));
  const testedTable = make("table", { class: "tested" },
    make("thead", null, make("tr", null, make("th", { scope: "col" }, "Verdict"), make("th", { scope: "col" }, "cases"), make("th", { scope: "col" }, "required"))),
    make("tbody", null, named.map((each) => make("tr", null,
      make("th", { scope: "row" }, make("button", { type: "button", onclick: () => filter({ verdicts: [each] }, true) }, tag(each))),
      make("td", null, number.format(data.counts[each])), make("td", null, number.format(data.required[each]))))),
    make("tfoot", null, make("tr", null, make("th", { scope: "row" }, "all"), make("td", null, sum(data.counts)), make("td", null, sum(data.required)))));
  const lackRow = (each, verdict) => make("li", null, make("span", { class: "num" }, number.format(each.cases.length)),
    make("div", null, make("code", null, each.reason), " ", button("cases", () => filter({ verdicts: [verdict], only: each.cases, label: each.reason }, true))));
  const lackRows = (list, verdict, most) => list.slice(0, most).map((each) => lackRow(each, verdict));
  const lacks = (list, verdict) => make("ul", { class: "lacks" }, lackRows(list, verdict, list.length));
  const aside = make("aside", null,
    make("div", null, make("h2", null, "What was tested"), bar, testedTable),
    (data.untested.length > 0 || data.errors.length > 0) && make("div", null, make("h2", null, "What was not, and what to add"),
      make("ul", { class: "lacks" }, lackRows(data.errors, "error", 2), lackRows(data.untested, "untested", 4)),
      data.untested.length + data.errors.length > 4 && make("a", { href: "#untested" }, "All reasons")),
    data.untested.length + data.errors.length === 0 && cases.length > 0 && make("p", { class: "soft" }, data.whole ? "Nothing was left untested." : "Of the cases that were run nothing was left untested."));

  /* Findings */
  const few = (list, most) => list.length > most ? list.slice(0, most).join(", ") + ` and ${list.length - most} more` : list.join(", ");
  const finding = (each) => lazily(make("details", { class: "item finding " + (each.level === "must" ? "fail" : "advice"), id: each.id },
    make("summary", null, make("span", { class: "big" }, number.format(each.cases.length), make("small", null, each.cases.length === 1 ? "case" : "cases")),
      make("span", { class: "what" }, make("b", null, each.clause), ": expected ", make("code", null, each.expected), ", got ", make("code", null, each.actual),
        each.also.map((other) => make("span", { class: "also" }, "also " + other))),
      make("span", { class: "pill" }, icon(each.level === "must" ? "fail" : "advice"), each.level === "must" ? "must" : "advice"),
      make("span", { class: "where" }, few(each.requirements, 3), each.operations.length > 0 && " · " + few(each.operations, 4),
        each.assumed && " · on an assumed constraint"))), () => {
    const example = cases[each.example];
    return [
      make("div", null, make("h3", null, "For example"), make("a", { href: "#" + encodeURIComponent(example.id), class: "mono" }, example.id)),
      ...body(example),
      make("div", null, make("h3", null, "Where"), make("div", { class: "ids" }, each.requirements.map(requirementLink)),
        each.codes.length > 0 && make("p", { class: "soft" }, "Codes: " + few(each.codes, 8)),
        each.parameters.length > 0 && make("p", { class: "soft" }, "Parameters: " + few(each.parameters, 12))),
      make("div", { class: "on-screen" }, button(`List ${count(each.cases.length, "case")} of this finding`,
        () => filter({ only: each.cases, label: each.clause + ": " + each.expected }, true), "plain")),
    ];
  });
  const findings = make("section", { id: "findings", tabindex: "-1" }, make("h2", null, "Findings, by cause"),
    data.findings.length ? make("div", { class: "list" }, data.findings.map(finding))
      : make("p", { class: "soft" }, tested ? "Nothing is wrong with what was tested." : "Nothing was tested, so nothing was found."));
  const groups = (title, list, verdict) => list.length > 0 && make("div", null, make("h3", null, title), lacks(list, verdict));
  const untested = make("section", { id: "untested", tabindex: "-1" }, make("h2", null, "Not tested"),
    data.errors.length + data.untested.length + data.absent.length === 0 && make("p", { class: "soft" }, data.whole ? "Everything was tested." : "Of the cases that were run all were tested."),
    groups("Errors: the suite or the set-up failed; the contract is not blamed", data.errors, "error"),
    groups("Untested: what to add to the profile", data.untested, "untested"),
    groups("Not applicable: the target has no such thing", data.absent, "not applicable"));

  /* Against the baseline */
  const changes = data.changes && make("section", { id: "changes", tabindex: "-1" }, make("h2", null, "Against the baseline"),
    make("p", { class: "lead" }, data.changes.name + ": " + (Object.entries(data.changes.counts).map(([state, n]) => `${number.format(n)} ${state}`).join(", ") || "nothing")),
    data.changes.problems.map((each) => make("p", { class: "tag fail" }, icon("fail"), each)),
    data.changes.remarks.map((each) => make("p", { class: "soft" }, each)),
    make("ul", { class: "lacks" }, data.changes.listed.slice(0, 200).map(([state, id, was, now, note]) => make("li", null,
      make("span", null, state), make("div", null, make("a", { href: "#" + encodeURIComponent(id), class: "mono" }, id), ` ${was || "–"} → ${now || "–"} ${note}`)))));

  /* Cases */
  const blank = () => ({ verdicts: [], operation: "", code: "", requirement: "", clause: "", text: "", only: null, label: "" });
  let wanted = blank(), matching = [], drawn = 0;
  const select = (name, label, values) => make("select", { "aria-label": label, "data-name": name, onchange: (event) => filter({ ...wanted, [name]: event.target.value }) },
    make("option", { value: "" }, label), values.map((each) => make("option", { value: each }, each)));
  const chips = named.map((each) => make("button", { type: "button", class: "chip " + looks[each], "aria-pressed": "false", "data-verdict": each,
    onclick: () => filter({ ...wanted, verdicts: wanted.verdicts.includes(each) ? wanted.verdicts.filter((one) => one !== each) : [...wanted.verdicts, each] }) },
    icon(each), each, " " + number.format(data.counts[each])));
  const text = make("input", { type: "search", placeholder: "Part of a case id", "aria-label": "Part of a case id", oninput: (event) => filter({ ...wanted, text: event.target.value }) });
  const selects = [select("operation", "All operations", data.operations), select("code", "All codes", data.codes),
    select("requirement", "All requirements", Object.keys(data.requirements))];
  const found = make("p", { class: "found", role: "status" });
  const list = make("div", { class: "list", id: "case-list" });
  const moreButton = button("Show more", () => draw(200), "plain");
  const more = make("div", { class: "more on-screen" }, moreButton);
  const caseNode = (one) => lazily(make("details", { class: "item case", "data-case": one.id },
    make("summary", null, make("span", { class: "tag " + looks[one.v], title: one.v }, icon(one.v), make("span", { class: "quiet" }, one.v)),
      make("code", null, one.id.split("/").flatMap((part, at) => at ? ["/", make("wbr"), part] : [part])),
      make("span", { class: "side" }, [one.s, one.b.join(", "), one.optional && "not required"].filter(Boolean).join(" · ")))), () => [
    ...body(one), make("p", null, make("a", { href: "#" + encodeURIComponent(one.id) }, "Link to this case"))]);
  const draw = (n) => {
    const until = Math.min(matching.length, drawn + n), part = document.createDocumentFragment();
    for (; drawn < until; drawn++) part.append(caseNode(cases[matching[drawn]]));
    list.append(part);
    more.hidden = drawn >= matching.length;
    moreButton.textContent = `Show more (${number.format(matching.length - drawn)} left)`;
  };
  const filter = (change, go) => {
    wanted = { ...blank(), ...change };
    const only = wanted.only && new Set(wanted.only), needle = wanted.text.trim().toLowerCase();
    matching = [];
    cases.forEach((one, at) => {
      if (only && !only.has(at)) return;
      if (wanted.verdicts.length && !wanted.verdicts.includes(one.v)) return;
      if (wanted.operation && one.o !== wanted.operation) return;
      if (wanted.code && !one.c.includes(wanted.code)) return;
      if (wanted.requirement && !one.r.includes(wanted.requirement)) return;
      if (wanted.clause && !one.b.includes(wanted.clause)) return;
      if (needle && !one.id.toLowerCase().includes(needle)) return;
      matching.push(at);
    });
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(wanted.verdicts.includes(chip.dataset.verdict))));
    selects.forEach((each) => { each.value = wanted[each.dataset.name]; });
    if (text.value !== wanted.text) text.value = wanted.text;
    const narrowed = matching.length !== cases.length || wanted.only;
    found.replaceChildren(make("span", null, narrowed ? `${number.format(matching.length)} of ${count(cases.length, "case")}` : count(cases.length, "case")),
      ...[wanted.clause && `with a broken ${wanted.clause}`, wanted.label].filter(Boolean).map((each) => make("span", null, each)),
      narrowed ? button("Show all", () => filter(blank())) : "");
    list.replaceChildren();
    drawn = 0;
    draw(60);
    if (go) { casesPart.scrollIntoView(); (list.querySelector("summary") || casesPart).focus({ preventScroll: true }); }
  };
  const casesPart = make("section", { id: "cases", tabindex: "-1" }, make("h2", null, "Cases"),
    make("div", { class: "filters", role: "search" }, text, selects, make("div", { class: "chips" }, chips)), found, list, more,
    make("p", { class: "only-print soft" }, `${count(cases.length, "case")} are listed in the page itself and in certificate.json.`));
  /* More cases come as the end of the list comes near; looking anew each time, since it may still be near afterwards. */
  const near = new IntersectionObserver((seen) => {
    if (!seen.at(-1).isIntersecting || drawn >= matching.length) return;
    draw(100);
    near.unobserve(more);
    near.observe(more);
  }, { rootMargin: "600px" });
  near.observe(more);

  /* Requirements, and the run */
  const tally = (counts) => data.verdicts.filter((each) => counts[each]).map((each) => `${number.format(counts[each])} ${each}`).join(", ") || "no case asks it";
  const requirements = make("section", { id: "requirements", tabindex: "-1" }, make("h2", null, "Requirements"),
    make("table", { class: "reg" }, make("thead", null, make("tr", null, ["Requirement", "What it says", "Verdict"].map((each) => make("th", { scope: "col" }, each)))),
      make("tbody", null, Object.entries(data.requirements).map(([id, each]) => make("tr", { id },
        make("td", null, tag(each.verdict, requirementLink(id)), each.level !== "must" && make("div", null, make("small", null, each.level))),
        make("td", null, each.sentence, make("div", null, make("small", null, [each.cite, each.basis].filter(Boolean).join(", ")))),
        make("td", null, button(each.verdict, () => filter({ requirement: id }, true)), make("div", null, make("small", null, tally(each.counts)))))))));
  const term = (name, value) => value !== "" && value !== undefined && value !== null && [make("dt", null, name), make("dd", null, value)];
  const facts = Object.entries(run.facts || {});
  const about = make("section", { id: "run", tabindex: "-1" }, make("h2", null, "This run"), make("div", { class: "about" },
    make("dl", null, term("Target", data.name), term("Address", make("code", null, target.url || "")), term("Suite", [run.suite?.name, run.suite?.version].filter(Boolean).join(" ")),
      term("Started", run.started), term("Took", run.wall === undefined ? "" : long(run.wall)), term("Requests", run.requests === undefined ? "" : number.format(run.requests)),
      term("Seed", run.seed === undefined ? "" : String(run.seed)), term("Effort", run.effort)),
    make("dl", null, Object.entries(run.allow || {}).map(([name, allowed]) => term("Allowed: " + name, allowed ? "yes" : "no")),
      term("Asked to certify (--certify)", run.certify ? "yes" : "no"),
      (run.unsupported || []).length > 0 && term("Not applicable by the profile", run.unsupported.join(", ")),
      (run.left_over || []).length > 0 && term("Left over on the target", run.left_over.join(", "))),
    make("dl", null, Object.entries(run.digests || {}).map(([name, value]) => term("SHA-256 of the " + name, make("code", null, value))))),
    facts.length > 0 && make("div", null, make("h3", null, "Facts that the cases relied on"), make("table", { class: "reg" }, make("tbody", null,
      facts.map(([name, each]) => make("tr", null, make("td", null, make("code", null, name)), make("td", null, make("code", null, typeof each.value === "string" ? each.value : JSON.stringify(each.value))),
        make("td", null, each.origin)))))));
  const keys = make("p", { class: "keys on-screen" }, make("kbd", null, "/"), " filter the cases   ", make("kbd", null, "j"), " ", make("kbd", null, "k"),
    " next and previous   ", make("kbd", null, "Enter"), " open   ", make("kbd", null, "Esc"), " show all   ", make("kbd", null, "f"), " findings");

  document.getElementById("page").append(head, nav,
    make("section", { class: "first" }, make("figure", { id: "picture" }, make("h2", null, "Error codes by clauses"), grid, legend), aside),
    findings, untested, changes || "", casesPart, requirements, about, keys);
  filter(blank());

  /* Links and keys */
  const places = new Map(cases.map((one, at) => [one.id, at]));
  const follow = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch (wrong) { return; }
    if (!name) return;
    if (places.has(name)) {
      const at = places.get(name);
      filter({ only: null, text: "" });
      if (drawn <= at) draw(at - drawn + 1);
      const node = list.children[at];
      node.build();
      node.open = true;
      node.scrollIntoView({ block: "start" });
      node.querySelector("summary").focus({ preventScroll: true });
      return;
    }
    const node = document.getElementById(name);
    if (!node || node.tagName === "SCRIPT") return;
    document.querySelectorAll(".aim").forEach((each) => each.classList.remove("aim"));
    node.classList.add("aim");
    if (node.tagName === "DETAILS") { node.build(); node.open = true; }
    node.scrollIntoView({ block: "start" });
    (node.querySelector("summary") || node).focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", follow);
  follow();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && (typing || wanted.only || matching.length !== cases.length)) { filter(blank()); if (typing) event.target.blur(); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); casesPart.scrollIntoView(); text.focus({ preventScroll: true }); }
    if (event.key === "f") { findings.scrollIntoView(); (findings.querySelector("summary") || findings).focus({ preventScroll: true }); }
    if (event.key === "j" || event.key === "k") {
      const all = [...document.querySelectorAll("details.item > summary")], at = all.indexOf(document.activeElement);
      const next = all[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
      if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
    }
  });
  /* On paper every finding is open, up to a bound; afterwards it is as it was. */
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.finding:not([open])")].slice(0, 40);
    opened.forEach((each) => { each.build(); each.open = true; });
  });
  window.addEventListener("afterprint", () => { opened.forEach((each) => { each.open = false; }); opened = []; });
  document.documentElement.dataset.ready = "1";
})();
