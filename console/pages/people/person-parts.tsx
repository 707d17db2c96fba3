import { type Item, toRow } from "../../../adapters/tables/item";
import { describeEntry, lastDay, summary } from "../../../engine/access-list/describe-entry";
import { accountKeys } from "../../../engine/access-list/entry";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import type { Visit } from "../../app/visit";
import { Alert } from "../../parts/forms";
import { Icon } from "../../parts/icon";
import { shortened, visible } from "../../parts/value";
import { checkTexts, EntryLink, ListVerdict } from "../access-list/access-list-parts";
import { outageOf, whyTexts } from "../decisions/why";
import { profileKeys } from "../profiles/profile-row";
import type { KnownPerson } from "./known-person";
import type { ListAnswer } from "./list-today";
import { peopleTexts } from "./people-texts";

interface TriedNowProps {
  readonly visit: Visit;
  readonly email: string;
  /** Of each way in which they sign in. */
  readonly outcomes: readonly ListAnswer[];
  readonly known: KnownPerson;
}

/** What would become of somebody at this moment: what has to be fixed first, and what the list says of each way of signing in. */
export function IfTheyTriedNow({ visit, email, outcomes, known: { recent, requests } }: TriedNowProps) {
  const t = visit.say(peopleTexts);
  const broken = recent[0] && outageOf(recent[0]);
  const isKnown = recent.length > 0 || requests.length > 0;
  return (
    <section>
      <h2>{t.today}</h2>
      {broken === undefined ? null : <Alert>{visit.say(whyTexts).stillRefused(broken.service)}</Alert>}
      {outcomes.map((outcome) => (
        <ListToday visit={visit} outcome={outcome} isKnown={isKnown} />
      ))}
      <p class="hint">{t.todayHint}</p>
      <p>
        <a href={`/access-list/check?${new URLSearchParams({ email })}`}>{t.whatIf}</a>
      </p>
    </section>
  );
}

interface ListTodayProps {
  readonly visit: Visit;
  readonly outcome: ListAnswer;
  /** Whether it is known how the person signs in. */
  readonly isKnown: boolean;
}

/** What the list makes of one way of signing in; steps with the same answer are shown together. */
function ListToday({ visit, outcome, isKnown }: ListTodayProps) {
  const t = visit.say(peopleTexts);
  const c = visit.say(checkTexts);
  const w = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  const alike = new Map(asked.map(({ step: _, ...rest }) => [JSON.stringify(rest), rest]));
  return (
    <>
      <h3>{isKnown ? t.signedInWith(visible(outcome.issuers.join(", "))) : t.byAddress}</h3>
      {asked.length === 0 ? <p>{t.notAsked}</p> : null}
      {[...alike].map(([key, { verdict, shadow, matches, ignored }]) => (
        <>
          <p>
            <ListVerdict visit={visit} checked={{ verdict, matches }} />{" "}
            {alike.size === 1 ? "" : asked.flatMap(({ step, ...rest }) => (JSON.stringify(rest) === key ? [w.steps[step]] : [])).join(", ")}
          </p>
          {shadow ? <p>{c.shadow}</p> : null}
          <ol class="rules">
            {matches.map(({ entry, level, effect }) => {
              const { expiresAt, note = "" } = describeEntry(outcome.rows.get(entry) ?? { entry, effect }, visit.now);
              const rest = [w.levels[level], expiresAt === undefined ? "" : t.until(visible(lastDay(expiresAt))), shortened(note)];
              return (
                <li class={effect === "allow" ? "continue" : "block"}>
                  <Icon name={effect} />
                  <div>
                    <EntryLink entry={entry} /> {t.effects[effect]}
                    <div class="hint">
                      <bdi class="value">{rest.filter((each) => each !== "").join(", ")}</bdi>
                    </div>
                  </div>
                </li>
              );
            })}
          </ol>
          {ignored.length === 0 ? null : (
            <>
              <p class="hint">{t.ignored}</p>
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
