import type { Checked } from "../../../engine/access-list/check-step";
import { describeEntry, lastDay, summary } from "../../../engine/access-list/describe-entry";
import { grouped } from "../../../engine/grouped";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import { signUpOfPerson } from "../../../engine/protocols/api-connector";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type FieldProblem, QueryField, SearchRefusal } from "../../parts/forms";
import { GateField, gateAsked } from "../../parts/gates";
import { Icon } from "../../parts/icon";
import { shortened, visible } from "../../parts/value";
import { type ListAnswer, listAnswer, type Visitor } from "../people/list-today";
import { BackToList, checkTexts, EntryLink, ListVerdict } from "./access-list-parts";

/** What the list makes of somebody, by the deployed steps' own rules. */
async function whatIf(visit: Visit): Promise<Response> {
  const t = visit.say(checkTexts);
  const person = visit.query("email") === "" ? undefined : personOf(visit);
  if (person !== undefined && "problem" in person) {
    const content = (
      <>
        <SearchRefusal visit={visit} problems={[person.problem]} />
        <Form visit={visit} problem={person.problem} />
        <BackToList visit={visit} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const gate = gateAsked(visit);
  return await visit.page(
    t.title,
    <>
      <p class="hint">{t.hint}</p>
      <Form visit={visit} />
      {person === undefined ? null : (
        <section class="card">
          <ListToday visit={visit} outcome={await listAnswer(visit, { ...person, ...(gate !== undefined && { gate }) })} />
        </section>
      )}
      <BackToList visit={visit} />
    </>,
  );
}

function personOf(visit: Visit): Visitor | { readonly problem: FieldProblem } {
  const t = visit.say(checkTexts);
  const parsed = signUpOfPerson({
    email: visit.query("email"),
    issuer: visit.query("issuer") || undefined,
    id: visit.query("id") || undefined,
  });
  if (parsed.ok) return parsed.signUp;
  return { problem: parsed.reason === "request.email" ? { field: "email", text: t.badEmail } : { field: "issuer", text: t.badIdentity } };
}

function Form({ visit, problem }: { readonly visit: Visit; readonly problem?: FieldProblem }) {
  const t = visit.say(checkTexts);
  const [ofEmail, ofIssuer] = ["email", "issuer"].map((field) => (problem?.field === field ? problem.text : undefined));
  return (
    <form class="card" method="get" action="/access-list/check">
      <div class="fields">
        <div>
          <QueryField visit={visit} name="email" label={t.email} problem={ofEmail} required />
        </div>
        <div>
          <QueryField visit={visit} name="issuer" label={t.issuer} hint={t.issuerHint} problem={ofIssuer} />
        </div>
        <div>
          <QueryField visit={visit} name="id" label={t.id} />
        </div>
        <GateField visit={visit} />
      </div>
      <button type="submit">{t.check}</button>
    </form>
  );
}

/** What the list makes of one way of signing in; steps with the same answer are shown together. */
export function ListToday({ visit, outcome }: { readonly visit: Visit; readonly outcome: ListAnswer }) {
  const t = visit.say(checkTexts);
  const w = visit.say(decisionWords);
  const asked = outcome.checked.filter(({ verdict }) => verdict !== "not asked");
  const alike = [...grouped(asked, ({ step: _, ...rest }) => JSON.stringify(rest)).values()];
  if (asked.length === 0) return <p>{t.notAsked}</p>;
  return (
    <>
      {alike.map((steps) => {
        const { verdict, shadow, matches, ignored } = steps[0] as Checked;
        return (
          <>
            <p>
              <ListVerdict visit={visit} checked={{ verdict, matches }} />{" "}
              {alike.length === 1 ? "" : steps.map(({ step }) => w.steps[step]).join(", ")}
            </p>
            {shadow ? <p>{t.shadow}</p> : null}
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
        );
      })}
    </>
  );
}

export const routes: readonly ConsoleRoute[] = [
  {
    method: "GET",
    path: "/access-list/check",
    access: "Reader",
    asks: { email: "any", issuer: "any", id: "any", gate: "gates" },
    handler: whatIf,
  },
];
