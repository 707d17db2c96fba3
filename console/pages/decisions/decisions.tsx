import { decisionWords } from "../../../engine/messages/operator/decisions";
import { ruleOf } from "../../../engine/sign-up/policy";
import { readReference } from "../../../engine/sign-up/reference";
import { steps } from "../../../engine/sign-up/sign-up";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { pageAsked } from "../../paging/page-asked";
import { Pager, StalePage } from "../../paging/pager";
import { GateField } from "../../parts/gates";
import { capitalised } from "../../parts/value";
import { decisionSource, moreFields, searchOf, verdicts, zoneOfDays } from "./decision-search";
import { DecisionsTable } from "./decisions-table";
import { decisionsTexts } from "./decisions-texts";
import { oneDecision } from "./one-decision";

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("reference");
  const reference = readReference(typed);
  if (reference !== undefined) return visit.goTo(`/decisions/${reference}`);
  const search = typed === "" ? searchOf(visit) : { problem: t.badReference };
  if ("problem" in search) {
    const content = (
      <>
        <p class="note bad" role="alert">
          {search.problem}
        </p>
        <SearchForm visit={visit} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const page = await pageAsked(visit, decisionSource(visit, search));
  return await visit.page(
    t.title,
    <>
      <SearchForm visit={visit} />
      <StalePage visit={visit} page={page} />
      <DecisionsTable visit={visit} records={page.items} address={t.email} caption={t.results} empty={t.none} />
      <Pager visit={visit} page={page} />
    </>,
  );
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(decisionsTexts);
  const names = visit.say(decisionWords).verdicts;
  const zone = zoneOfDays(visit);
  return (
    <form class="card" method="get" action="/decisions" aria-label={t.find}>
      <input type="hidden" name="zone" value={zone} />
      <div class="fields">
        <div>
          <label for="reference">{t.reference}</label>
          <input
            id="reference"
            name="reference"
            value={visit.query("reference")}
            placeholder="K7QD-9MXD"
            aria-describedby="reference-hint"
          />
          <small id="reference-hint">{t.referenceHint}</small>
        </div>
        <div>
          <label for="email">{t.email}</label>
          <input id="email" name="email" value={visit.query("email")} autocomplete="off" spellcheck={false} />
        </div>
        <div>
          <label for="from">{t.from(zone)}</label>
          <input id="from" name="from" type="date" value={visit.query("from")} />
        </div>
        <div>
          <label for="to">{t.to(zone)}</label>
          <input id="to" name="to" type="date" value={visit.query("to")} />
        </div>
        <div>
          <label for="verdict">{t.verdict}</label>
          <select id="verdict" name="verdict">
            <option value="">{t.any}</option>
            {verdicts.map((each) => (
              <option value={each} selected={visit.query("verdict") === each}>
                {capitalised(names[each])}
              </option>
            ))}
          </select>
        </div>
        <GateField visit={visit} />
      </div>
      <details open={moreFields.some((name) => visit.query(name) !== "")}>
        <summary>{t.moreFields}</summary>
        <MoreFields visit={visit} />
      </details>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function MoreFields({ visit }: { readonly visit: Visit }) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  const { world } = visit;
  const rules = new Set(
    world.gates.flatMap((gate) => world.policiesAt(gate).flatMap((policy) => policy.rules.map((each) => ruleOf(each).name))),
  );
  const field = (name: (typeof moreFields)[number], label: string, hint?: string) => (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        value={visit.query(name)}
        list={name === "rule" ? "rules" : undefined}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
      />
      {hint === undefined ? null : <small id={`${name}-hint`}>{hint}</small>}
    </div>
  );
  return (
    <div class="fields">
      <div>
        <label for="step">{t.step}</label>
        <select id="step" name="step">
          <option value="">{t.any}</option>
          {steps.map((each) => (
            <option value={each} selected={visit.query("step") === each}>
              {w.steps[each]}
            </option>
          ))}
        </select>
      </div>
      {field("rule", t.rule)}
      <datalist id="rules">
        {[...rules].map((rule) => (
          <option value={rule} />
        ))}
      </datalist>
      {field("reason", t.reasonCode, t.reasonHint)}
      {field("entry", t.entry, t.entryHint)}
      {field("domain", t.domain)}
      {field("issuer", t.issuer, t.issuerHint)}
    </div>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions", access: "Reader", handler: list },
  { method: "GET", path: "/decisions/:reference", access: "Reader", handler: oneDecision },
];
