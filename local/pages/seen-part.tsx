import type { Child } from "hono/jsx";
import { Tabs } from "../../console/parts/page-head";
import { Facts } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import { runInLanguage } from "../../console/texts/languages";
import type { Values } from "../../simulator/contract/attributes";
import { personQuery } from "./form";
import { pageAddress, type View } from "./layout";
import { attributeTitle } from "./person-part";
import type { SignUpRun } from "./run";
import { simulatorTexts } from "./texts";
import { Breaches } from "./wire";

interface SeenProps {
  readonly run: SignUpRun;
  readonly view: View;
}

/** Shows the last page that the person sees, as Entra would show it. */
export function SeenPart({ run, view }: SeenProps) {
  const { person } = run.state;
  const { seen: t } = simulatorTexts;
  const languages = [
    ["en-US", "English"],
    ["ko-KR", "한국어"],
  ] as const;
  const each = languages.map(([tag, name]) => ({
    name,
    path: pageAddress(view, personQuery({ ...person, locales: [tag] })),
    isHere: (person.locales[0] ?? "").startsWith(tag.slice(0, 2)),
  }));
  return (
    <section class="card" aria-labelledby="seen">
      <header>
        <h3 id="seen">{t.heading}</h3>
        <Tabs label={t.language} each={each} />
      </header>
      <div class="sheet">
        <Sheet run={run} />
      </div>
    </section>
  );
}

/** Shows what the person sees. The sheet's own texts are in the language of the person's device, as the policy's texts are. */
function Sheet({ run }: Pick<SeenProps, "run">) {
  const { state, result, outcome: cameTo } = run;
  const { person, visits } = state;
  const { outcome, account, tokenClaims } = result;
  const language = person.locales[0]?.startsWith("ko") ? "ko" : "en";
  const seenTexts = runInLanguage(language, () => simulatorTexts.seen);
  const page = visits.at(-1)?.page;
  if (outcome === "created") {
    return (
      <>
        <p class="title">{seenTexts.created}</p>
        <p>{seenTexts.createdLead}</p>
        <ValueList values={account ?? {}} none={seenTexts.noAttributes} nameOf={(name) => attributeTitle(name, language)} />
        {tokenClaims && (
          <>
            <p class="title">{seenTexts.token}</p>
            <p>{seenTexts.tokenLead}</p>
            <ValueList values={tokenClaims} none={seenTexts.noClaims} nameOf={String} />
          </>
        )}
      </>
    );
  }
  if (page?.kind === "block") {
    const usual = cameTo === "approval" ? seenTexts.waits : cameTo === "has-account" ? seenTexts.hasAccount : seenTexts.blocked;
    return <Message title={page.title ?? usual} text={page.message} />;
  }
  if (page?.kind === "invalid") {
    const fields = Object.entries(page.errors);
    return (
      <Message title={seenTexts.invalid} text={page.message}>
        <Facts
          facts={fields.map(([name, error]) => [visible(attributeTitle(name, language)), <small class="problem">{visible(error)}</small>])}
        />
      </Message>
    );
  }
  return (
    <Message title={seenTexts.error} text={outcome === "no-token" ? seenTexts.tokenlessLead : seenTexts.errorLead}>
      <p class="hint">{seenTexts.errorWhy}</p>
      <Breaches breaches={visits.at(-1)?.breaches ?? []} />
    </Message>
  );
}

function Message({ title, text, children }: { readonly title: string; readonly text: string; readonly children?: Child }) {
  return (
    <>
      <p class="title">{visible(title)}</p>
      <p class="words message">{visible(text)}</p>
      {children}
    </>
  );
}

interface ValueListProps {
  readonly values: Values;
  readonly none: string;
  nameOf(name: string): string;
}

function ValueList({ values, none, nameOf }: ValueListProps) {
  const facts = Object.entries(values).map(([name, value]) => [visible(nameOf(name)), visible([value].flat().join(", "))] as const);
  return facts.length === 0 ? <p>{none}</p> : <Facts facts={facts} />;
}
