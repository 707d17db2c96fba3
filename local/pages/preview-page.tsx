import { Badge } from "../../console/parts/badge";
import { Alert, HiddenFields, InputField, SubmitButton } from "../../console/parts/forms";
import { Table } from "../../console/parts/table";
import { countText, visible } from "../../console/parts/value";
import { frameTexts } from "../../console/texts/frame-texts";
import { capitalised } from "../../engine/capitalised";
import { grouped } from "../../engine/grouped";
import { openWords } from "../../engine/sign-up/open-kinds";
import { outcomeOf } from "../../engine/sign-up/outcome";
import { decisionWords, evidenceText, type Said } from "../../features/decisions/words";
import { reasonsInWords } from "../../features/reasons";
import type { Tried } from "../workbench/bench";
import type { PreviewFound, PreviewGroup } from "../workbench/preview-of";
import { benchTexts } from "./bench-texts";
import { simulatorPage, Trouble, type View } from "./layout";
import { simulatorTexts } from "./texts";
import { ChoiceField } from "./tools-part";

/** As typed. */
export interface PreviewFields {
  readonly days: string;
  readonly policy: string;
  /** Empty for the default one. */
  readonly gate: string;
}

/** A week under the saved policy. */
export const previewDefaults: PreviewFields = { days: "7", policy: "", gate: "" };

/** The page of recorded decisions under a policy. @param found undefined before a replay */
export function previewPage(fields: PreviewFields, gates: readonly string[], found: Tried<PreviewFound> | undefined, view: View) {
  const { preview: t } = benchTexts;
  return simulatorPage(
    view,
    benchTexts.nav.replay,
    <>
      <form action="/preview" class="card narrow">
        <h1>{benchTexts.nav.replay}</h1>
        <p>{t.lead}</p>
        {view.formToken}
        <HiddenFields fields={{ lang: view.language, tenant: view.flow.tenant.kind }} />
        <p>
          <InputField id="days" label={t.days} value={fields.days} required />
        </p>
        <p>
          <InputField id="policy" label={t.policy} value={fields.policy} hint={t.policyHint} />
        </p>
        {gates.length < 2 ? null : (
          <ChoiceField
            name="gate"
            label={frameTexts.gate}
            options={gates.map((gate) => [gate, gate || simulatorTexts.defaultGate])}
            chosen={fields.gate}
          />
        )}
        <SubmitButton text={t.submit} />
      </form>
      {found === undefined ? null : found.ok ? (
        <Result found={found.value} view={view} />
      ) : (
        <Trouble text={t.cannot} detail={found.problem} />
      )}
    </>,
  );
}

const tones = { "now refused": "bad", "now let in": "good", "cannot tell": undefined } as const;

function Result({ found, view }: { readonly found: PreviewFound; readonly view: View }) {
  const { preview: t } = benchTexts;
  const { read, replayed, unchanged, groups, from, oldest } = found;
  if (read === 0) return <Alert kind="good">{t.none}</Alert>;
  const counts = [read, replayed, unchanged].map((each) => countText(view, each));
  const kinds = [...grouped(groups, ({ kind }) => kind)].map(([kind, same]) => {
    const people = same.reduce((sum, { count }) => sum + count, 0);
    return `${countText(view, people)} ${t.sums[kind]}`;
  });
  return (
    <section class="card" role="status">
      <h2>{groups.length === 0 ? t.nothing : t.sum(kinds)}</h2>
      <p class="hint">
        {t.found(...counts)}{" "}
        {oldest === undefined ? null : t.since(timeText(from, view), timeText(oldest, view), view.clock?.zone ?? "UTC")}
      </p>
      {groups.length === 0 ? null : (
        <Table
          caption={t.changed}
          columns={[
            [t.now, ({ kind }) => <Badge tone={tones[kind]}>{t.kinds[kind]}</Badge>],
            [{ name: frameTexts.why, rest: "wraps" }, (group) => visible(capitalised(todayText(group, view)))],
            [{ name: t.was, rest: "wraps" }, ({ was }) => visible(capitalised(saidText(was, view)))],
            [{ name: t.newest, rest: "wraps" }, (group) => <People group={group} view={view} />],
            [{ name: t.people, number: true }, ({ count }) => countText(view, count)],
          ]}
          rows={groups}
        />
      )}
      <Limits found={found} view={view} />
    </section>
  );
}

/** The newest person, and the others folded. */
function People({ group: { count, people }, view }: { readonly group: PreviewGroup; readonly view: View }) {
  const { preview: t } = benchTexts;
  const [first, ...rest] = people;
  return (
    <>
      {first && <Person person={first} view={view} />}
      {count < 2 ? null : (
        <details>
          <summary>{t.more(countText(view, count - 1))}</summary>
          <ul class="plain">
            {rest.map((person) => (
              <li>
                <Person person={person} view={view} />
              </li>
            ))}
            {count > people.length ? <li class="hint">{t.more(countText(view, count - people.length))}</li> : null}
          </ul>
        </details>
      )}
    </>
  );
}

function Person({ person, view }: { readonly person: PreviewGroup["people"][number]; readonly view: View }) {
  const { preview: t } = benchTexts;
  const query = new URLSearchParams({ recorded: person.reference, lang: view.language });
  const name = visible(person.email);
  return (
    <>
      {name} <small>{timeText(person.at, view)}</small>{" "}
      <a href={`/?${query}`} aria-label={`${t.tryIt}: ${name}`}>
        {t.tryIt}
      </a>{" "}
      <a href={`/preview/case?${query}`} aria-label={`${t.toCase}: ${name}`}>
        {t.toCase}
      </a>
    </>
  );
}

/** Rules that were not replayed, and people whose accounts no record names. */
function Limits({ found: { notReplayed, accountsUnasked }, view }: { readonly found: PreviewFound; readonly view: View }) {
  const { preview: t } = benchTexts;
  const rules = [...grouped(notReplayed, ({ rule }) => rule)];
  const accounts = accountsUnasked === 0 ? null : <p class="hint">{t.accounts(countText(view, accountsUnasked))}</p>;
  if (rules.length === 0) return accounts;
  return (
    <details>
      <summary>{t.limits}</summary>
      <p>{t.limitsLead}</p>
      <ul>
        {rules.map(([rule, some]) => {
          const decisions = some.reduce((sum, each) => sum + each.decisions, 0);
          return (
            <li>
              <code>{visible(rule)}</code>, {t.decisions(countText(view, decisions), decisions)}
            </li>
          );
        })}
      </ul>
      {accounts}
    </details>
  );
}

/** @param iso ISO 8601 */
function timeText(iso: string, view: View): string {
  return view.clock?.text(new Date(iso), view.language) ?? iso;
}

/** "refused: not on the access list, by contoso.com: the domain of the address" */
function saidText({ verdict, reasons, evidence }: Said, { language }: View): string {
  const words = decisionWords[language];
  const why = [reasonsInWords(words, reasons), evidence === undefined ? "" : evidenceText(words, evidence)];
  const outcome = outcomeOf({ verdict, reasons }) === "waiting" ? benchTexts.preview.waiting : words.verdicts[verdict];
  return [outcome, why.filter((each) => each !== "").join(", ")].filter((each) => each !== "").join(": ");
}

/** The policy's answer, or what it depends on. */
function todayText({ now, why, rules = [], step }: PreviewGroup, view: View): string {
  const { preview: t } = benchTexts;
  if (now !== undefined) return saidText(now, view);
  if (rules.length > 0) return t.open(rules.join(", "));
  return why === undefined ? t.noStep(step) : openWords[view.language][why];
}
