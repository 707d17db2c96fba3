import type { Hono } from "hono";
import { BackLink } from "../../console/parts/back-link";
import { ButtonLink, ErrorSummary, InputField, PostForm, SubmitButton } from "../../console/parts/forms";
import { visible } from "../../console/parts/value";
import { frameTexts } from "../../console/texts/frame-texts";
import { findMeantDomain } from "../../engine/meant-entries";
import { type TypedDomains, type WhoAnswer, type WhoChange, whoAnswers } from "../first-policy/answers";
import type { WhoBench, WhoOutcome } from "../workbench/who-bench";
import type { FormFields } from "./form";
import { pageAddress, simulatorPage, Trouble, type View } from "./layout";
import { notePage, type Pages, type WithToken } from "./pages";
import { whoTexts as t } from "./who-texts";

const READ_SECONDS = 4;
const PATH = "/who";
const DOMAINS = "domains";

export function addWhoRoutes(app: Hono, who: WhoBench, pages: Pages, withToken: WithToken): void {
  app.get(PATH, async (c) => {
    const view = await pages.view(c);
    return c.html(simulatorPage(view, t.heading, <WhoCard who={who} view={view} />));
  });
  app.post(PATH, async (c) => {
    const fields = await pages.fieldsIn(c);
    return await withToken(c, fields, async () => {
      const view = await pages.view(c);
      const { chosen, problem } = chosenIn(fields, who);
      if (chosen === undefined) return await pages.missing(c);
      if (problem !== undefined) {
        const card = <WhoCard who={who} view={view} typed={fields.get(DOMAINS) ?? ""} problem={problem} />;
        return c.html(simulatorPage(view, t.heading, card), 400);
      }
      const outcome = await who.choose(chosen, fields.get("seen") ?? "");
      if (outcome.kind === "written" && outcome.kept.length === 0) c.header("Refresh", `${READ_SECONDS}; url=${pageAddress(view)}`);
      return c.html(outcomePage(outcome, chosen, view), outcome.kind === "failed" ? 400 : 200);
    });
  });
}

function chosenIn(fields: FormFields, who: WhoBench): { readonly chosen?: WhoAnswer; readonly problem?: string } {
  const answer = whoAnswers.find((each) => each === fields.get("who"));
  if (answer === undefined) return {};
  if (answer !== "domains") return { chosen: { who: answer, domains: [] } };
  const typedDomains = who.readDomains(fields.get(DOMAINS) ?? "");
  const problem = domainProblem(typedDomains);
  return { chosen: { who: answer, domains: typedDomains.domains }, problem };
}

function domainProblem({ domains, anyones, wrong }: TypedDomains): string | undefined {
  if (wrong.length > 0) return t.wrongDomain(wrong.join(", "), wrong.flatMap((each) => findMeantDomain(each) ?? []).join(", "));
  if (anyones.length > 0) return t.anyonesDomain(anyones.join(", "));
  return domains.length === 0 ? t.noDomain : undefined;
}

interface WhoCardProps {
  readonly who: WhoBench;
  readonly view: View;
  /** The domains as typed, if they are invalid. */
  readonly typed?: string;
  readonly problem?: string;
}

export function WhoCard({ who, view, typed = who.domains().join(", "), problem }: WhoCardProps) {
  const problems = problem === undefined ? [] : [{ field: DOMAINS, text: problem }];
  return (
    <section class="card">
      <ErrorSummary title={frameTexts.notDone} problems={problems} />
      <h1>{t.heading}</h1>
      <p>{t.lead}</p>
      <ul class="answers">
        {whoAnswers.map((answer) => (
          <li>
            <PostForm visit={view} action={pageAddress(view, {}, PATH)} hidden={{ who: answer }}>
              <p id={`who-${answer}`}>{t.answers[answer].says}</p>
              {answer === "domains" ? (
                <p>
                  <InputField id={DOMAINS} label={t.domains} value={typed} problem={problem} hint="contoso.com" required />
                </p>
              ) : null}
              <SubmitButton text={t.answers[answer].name} class="quiet" aria-describedby={`who-${answer}`} />
            </PostForm>
          </li>
        ))}
      </ul>
      <p class="hint">{t.always}</p>
    </section>
  );
}

export function WhoLink({ view }: { readonly view: View }) {
  const { who } = view.bench ?? {};
  return who === undefined || who.isFirst() ? null : <BackLink path={pageAddress(view, {}, PATH)} text={t.again} />;
}

function outcomePage(outcome: WhoOutcome, chosen: WhoAnswer, view: View) {
  if (outcome.kind === "asks") return asksPage(outcome.changes, outcome.seen, chosen, view);
  if (outcome.kind === "failed") return notePage(t.failed, <Trouble text={t.why} detail={outcome.problem} />, view);
  const { kept, before } = outcome;
  return notePage(
    t.written,
    <>
      <div role="status">
        <p>
          {t.starts} {kept.length === 0 ? t.goesOn : t.kept}
        </p>
      </div>
      <ul>
        {kept.map((file) => (
          <li>
            <code>{visible(file)}</code>
          </li>
        ))}
      </ul>
      <p>
        {t.before} <code>{visible(before)}</code>
      </p>
    </>,
    view,
  );
}

function asksPage(changes: readonly WhoChange[], seenVersion: string, { who, domains }: WhoAnswer, view: View) {
  const files = changes.map(({ file, lines }) => (
    <>
      <h2>
        <code>{visible(file)}</code>
      </h2>
      <pre class="changes" tabindex={0}>
        {lines.map(changedText)}
      </pre>
    </>
  ));
  return notePage(
    t.asks,
    <>
      <p>{t.asksLead}</p>
      {files}
      <PostForm
        visit={view}
        action={pageAddress(view, {}, PATH)}
        class="actions"
        hidden={{ who, [DOMAINS]: domains.join(" "), seen: seenVersion }}
      >
        <SubmitButton text={t.replace} />
        <ButtonLink path={pageAddress(view)} text={t.keep} />
      </PostForm>
    </>,
    view,
  );
}

function changedText({ sign, text }: WhoChange["lines"][number]) {
  const line = `${sign} ${visible(text)}\n`;
  const signText = sign === " " ? null : <span class="hidden">{sign === "-" ? t.removed : t.added} </span>;
  if (sign === "-") return <del>{[signText, line]}</del>;
  return sign === "+" ? <ins>{[signText, line]}</ins> : line;
}
