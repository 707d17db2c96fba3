import { type Checked, checkStep } from "../../../engine/access-list/check-step";
import { summary } from "../../../engine/access-list/describe-entry";
import type { Match } from "../../../engine/access-list/match";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { entryWords } from "../../../engine/messages/operator/entries";
import { signUpOfPerson } from "../../../engine/protocols/api-connector";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type FieldProblem, QueryField, SearchRefusal } from "../../parts/forms";
import { GateField, gateAsked } from "../../parts/gates";
import { visible } from "../../parts/value";
import { BackToList, checkTexts, entryPath, ListVerdict } from "./access-list-parts";

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
  const checked = person === undefined ? [] : await check(visit, person);
  return await visit.page(
    t.title,
    <>
      <p class="hint">{t.hint}</p>
      <Form visit={visit} />
      {person !== undefined && checked.length === 0 ? <p>{t.noSteps}</p> : null}
      {checked.map((each) => (
        <Step visit={visit} checked={each} />
      ))}
      <BackToList visit={visit} />
    </>,
  );
}

function personOf(visit: Visit): Omit<SignUp, "step"> | { readonly problem: FieldProblem } {
  const t = visit.say(checkTexts);
  const parsed = signUpOfPerson({
    email: visit.query("email"),
    issuer: visit.query("issuer") || undefined,
    id: visit.query("id") || undefined,
  });
  if (parsed.ok) return parsed.signUp;
  return { problem: parsed.reason === "request.email" ? { field: "email", text: t.badEmail } : { field: "issuer", text: t.badIdentity } };
}

async function check(visit: Visit, person: Omit<SignUp, "step">): Promise<readonly Checked[]> {
  const { world, now } = visit;
  const gate = gateAsked(visit) ?? DEFAULT_GATE;
  const read = (keys: Parameters<typeof world.rows.read>[0]) => world.rows.read(keys);
  const signUp = { ...person, ...(gate !== DEFAULT_GATE && { gate }) };
  const each = world.policiesAt(gate).map((policy) => checkStep(policy, { ...signUp, step: policy.step }, read, now));
  return (await Promise.all(each)).flat();
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

function Step({ visit, checked }: { readonly visit: Visit; readonly checked: Checked }) {
  const t = visit.say(checkTexts);
  const w = visit.say(decisionWords);
  const { step, verdict, shadow, matches, ignored } = checked;
  const [deciding, ...others] = matches;
  return (
    <section class="card">
      <h2>{w.steps[step]}</h2>
      <p>
        <ListVerdict visit={visit} checked={checked} />
      </p>
      {shadow ? <p>{t.shadow}</p> : null}
      {verdict !== "not asked" && deciding === undefined ? <p>{t.noEntry}</p> : null}
      {deciding === undefined ? null : <Matches visit={visit} title={t.deciding} matches={[deciding]} />}
      {others.length === 0 ? null : <Matches visit={visit} title={t.others} matches={others} />}
      {ignored.length === 0 ? null : (
        <>
          <h3>{t.ignored}</h3>
          <ul>
            {ignored.map((row) => (
              <li>
                <a href={entryPath(row.entry)}>
                  <bdi class="value">{visible(row.entry)}</bdi>
                </a>{" "}
                ({visible(summary(row, visit.say(entryWords)))})
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Matches({ visit, title, matches }: { readonly visit: Visit; readonly title: string; readonly matches: readonly Match[] }) {
  const { levels } = visit.say(decisionWords);
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {matches.map(({ entry, level }) => (
          <li>
            <a href={entryPath(entry)}>
              <bdi class="value">{visible(entry)}</bdi>
            </a>
            : {levels[level]}
          </li>
        ))}
      </ul>
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
