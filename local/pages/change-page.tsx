import { PostForm, SubmitButton } from "../../console/parts/forms";
import { Facts } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import type { FoundPerson, PolicyWord } from "../counterexamples/find";
import type { ChangeFound, Tried } from "../workbench/bench";
import { benchTexts } from "./bench-texts";
import { pageAddress, simulatorPage, Trouble, type View } from "./layout";
import { simulatorTexts } from "./texts";

/** Offers a search if the policy has changed since its commit. */
export function ChangeCard({ view }: { readonly view: View }) {
  const { change: t } = benchTexts;
  return (
    <section class="card">
      <h2>{t.heading}</h2>
      <p>{t.lead}</p>
      <PostForm visit={view} action={pageAddress(view, {}, "/change")} class="actions">
        <SubmitButton text={t.submit} />
      </PostForm>
    </section>
  );
}

/** The people that a change of the policy lets in or refuses. */
export function changePage(found: Tried<ChangeFound>, view: View) {
  const { change: t } = benchTexts;
  return simulatorPage(
    view,
    t.heading,
    <>
      <h1>{t.heading}</h1>
      {found.ok ? <Result found={found.value} /> : <Trouble text={t.cannot} detail={found.problem} />}
      <ChangeCard view={view} />
    </>,
  );
}

function Result({ found: { names, isSame, tried, ms, accepted, people } }: { readonly found: ChangeFound }) {
  const { change: t } = benchTexts;
  const [today, draft] = names.map(visible);
  const missing = (["admitted", "refused"] as const).filter((direction) => people.every((each) => each.direction !== direction));
  const none = isSame ? [t.same] : missing.map((direction) => t.none[direction]);
  return (
    <>
      {people.map((person) => (
        <PersonPart {...person} />
      ))}
      <section class="card">
        <p role="status">{t.tried(tried, (ms / 1_000).toFixed(1))}</p>
        <ul>
          {[...none, ...(accepted === 0 ? [] : [t.accepted(accepted)])].map((text) => (
            <li>{text}</li>
          ))}
        </ul>
        <Facts
          facts={[
            [t.today, today],
            [t.draft, draft],
          ]}
        />
        {people.length === 0 ? null : (
          <p>
            {t.keep} <code>npm run gate -- preview --find --save NAME</code>
          </p>
        )}
      </section>
    </>
  );
}

function PersonPart({ direction, facts, today, draft }: FoundPerson) {
  const { change: t } = benchTexts;
  return (
    <section>
      <h2>{t.titles[direction]}</h2>
      <Facts
        facts={[
          ...facts.map(({ what, is }) => [<code>{visible(what)}</code>, visible(is)] as const),
          [t.today, wordText(today)],
          [t.draft, wordText(draft)],
        ]}
      />
    </section>
  );
}

function wordText({ isAdmitted, step, rule, reasons }: PolicyWord): string {
  const { change: t } = benchTexts;
  if (isAdmitted) return t.admitted;
  const words = [`${t.stopped}: ${simulatorTexts.path.steps[step]}`, ...(rule === undefined ? [] : [rule]), reasons.join(", ")];
  return visible(words.join(" · "));
}
