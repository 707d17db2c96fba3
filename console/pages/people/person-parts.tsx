import { type Item, toRow } from "../../../adapters/tables/item";
import { describeEntry, lastDay, summary } from "../../../engine/access-list/describe-entry";
import { accountKeys } from "../../../engine/access-list/entry";
import { stateAt } from "../../../engine/approvals/state-at";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { type Paged, Pager, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { checkTexts, EntryLink, ListVerdict } from "../access-list/access-list-parts";
import { requestPath, StateTag, Unreadable } from "../approvals/approvals-parts";
import { DecisionsTable } from "../decisions/decisions-table";
import { profileKeys } from "../profiles/profile-row";
import type { KnownPerson } from "./known-person";
import type { ListAnswer } from "./list-today";
import { peopleTexts } from "./people-texts";

interface ListTodayProps {
  readonly visit: Visit;
  readonly outcome: ListAnswer;
  /** Whether it is known how the person signs in. */
  readonly isKnown: boolean;
}

/** What the list makes of one way of signing in; steps with the same answer are shown together. */
export function ListToday({ visit, outcome, isKnown }: ListTodayProps) {
  const t = visit.say(peopleTexts);
  const c = visit.say(checkTexts);
  const w = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  const alike = new Map(asked.map(({ step: _, ...rest }) => [JSON.stringify(rest), rest]));
  return (
    <section class="card">
      <h3>{isKnown ? t.signedInWith(visible(outcome.issuers.join(", "))) : t.byAddress}</h3>
      {asked.length === 0 ? <p>{t.notAsked}</p> : null}
      {[...alike].map(([key, { verdict, shadow, matches, ignored }]) => (
        <>
          <p>
            <ListVerdict visit={visit} checked={{ verdict, matches }} />{" "}
            {alike.size === 1 ? "" : asked.flatMap(({ step, ...rest }) => (JSON.stringify(rest) === key ? [w.steps[step]] : [])).join(", ")}
          </p>
          {shadow ? <p>{c.shadow}</p> : null}
          <Table
            caption={t.matching}
            columns={[t.entry, t.why, t.effect, t.until, t.note].map((name) => ({ name }))}
            rows={matches.map(({ entry, level, effect }) => {
              const { expiresAt, note = "" } = describeEntry(outcome.rows.get(entry) ?? { entry, effect }, visit.now);
              return [
                <EntryLink entry={entry} />,
                w.levels[level],
                <span class={`tag ${effect === "allow" ? "good" : "bad"}`}>{t.effects[effect]}</span>,
                expiresAt === undefined ? "" : visible(lastDay(expiresAt)),
                <bdi class="value">{shortened(note)}</bdi>,
              ];
            })}
            empty={t.noEntry}
          />
          {ignored.length === 0 ? null : (
            <>
              <h4>{t.ignored}</h4>
              <ul>
                {ignored.map((row) => (
                  <li>
                    <EntryLink entry={row.entry} /> <bdi class="value">{shortened(summary(row, visit.say(entryWords)))}</bdi>
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      ))}
    </section>
  );
}

export function PersonDecisions({ visit, page }: { readonly visit: Visit; readonly page: Paged<DecisionRecord> }) {
  const t = visit.say(peopleTexts);
  return (
    <>
      <StalePage visit={visit} page={page} />
      <DecisionsTable visit={visit} records={page.items} address={t.address} caption={t.decisions} empty={t.noDecisions} />
      <Pager visit={visit} page={page} />
    </>
  );
}

export function Requests({
  visit,
  email,
  known,
}: {
  readonly visit: Visit;
  readonly email: string | undefined;
  readonly known: KnownPerson;
}) {
  const t = visit.say(peopleTexts);
  return (
    <>
      <Unreadable visit={visit} rows={known.unreadable} />
      <Table
        caption={t.requests}
        columns={[t.reference, t.state, t.address, t.changed, t.provider].map((name) => ({ name }))}
        rows={known.requests.map((request) => [
          <a href={requestPath(request.id)}>{visible(request.reference)}</a>,
          <StateTag visit={visit} state={stateAt(request, visit.now)} />,
          <bdi class="value">{shortened(request.email, 80)}</bdi>,
          <Moment at={request.changedAt} />,
          visible(providerText(visit.say(approvalWords), request)),
        ])}
        empty={t.noRequests}
      />
      {known.moreRequests && email !== undefined ? (
        <p>
          {t.moreRequests} <a href={`/approvals?${new URLSearchParams({ q: email })}`}>{t.allRequests}</a>
        </p>
      ) : null}
    </>
  );
}

/** The rows of the profiles under this address, and under accounts that requests name. */
export async function profileRowsOf({ world }: Visit, email: string | undefined, { requests }: KnownPerson): Promise<readonly Item[]> {
  const keys = [...(email === undefined ? [] : profileKeys(email)), ...requests.flatMap(({ identities }) => accountKeys(identities))];
  const found = await Promise.all([...new Set(keys)].map((person) => world.profiles.get({ person })));
  return found.filter((item) => item !== undefined);
}

export function Profiles({ visit, items }: { readonly visit: Visit; readonly items: readonly Item[] }) {
  if (items.length === 0) return <p class="hint">{visit.say(peopleTexts).noProfile}</p>;
  return (
    <ul>
      {items.map((item) => {
        const { person, ...cells } = toRow(item);
        const text = Object.entries(cells).map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
        return (
          <li>
            <a href={`/profiles/person?${new URLSearchParams({ key: String(person) })}`}>
              <bdi class="value">{shortened(String(person), 80)}</bdi>
            </a>{" "}
            <bdi class="value">{shortened(text.join(", "))}</bdi>
          </li>
        );
      })}
    </ul>
  );
}

/** What an address answers that names nobody. */
export function nobodyPage(visit: Visit): Promise<Response> {
  const t = visit.say(peopleTexts);
  const content = (
    <>
      <Alert>{t.notFound}</Alert>
      <p>
        <a href="/people">{t.title}</a>
      </p>
    </>
  );
  return visit.page(t.title, content, { status: 400 });
}
