import type { Child } from "hono/jsx";
import { Tabs } from "../../console/parts/page-head";
import { Facts } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import { inLanguage } from "../../console/texts/languages";
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

/** The last page that the person sees, as Entra would show it. */
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

/** In the language of the person's device, like the policy's texts. */
function Sheet({ run }: Pick<SeenProps, "run">) {
  const { state, result, outcome: cameTo } = run;
  const { person, visits } = state;
  const { outcome, account, tokenClaims } = result;
  const language = person.locales[0]?.startsWith("ko") ? "ko" : "en";
  const seen = inLanguage(language, () => simulatorTexts.seen);
  const page = visits.at(-1)?.page;
  if (outcome === "created") {
    return (
      <>
        <p class="title">{seen.created}</p>
        <p>{seen.createdLead}</p>
        <ValueList values={account ?? {}} none={seen.noAttributes} nameOf={(name) => attributeTitle(name, language)} />
        {tokenClaims && (
          <>
            <p class="title">{seen.token}</p>
            <p>{seen.tokenLead}</p>
            <ValueList values={tokenClaims} none={seen.noClaims} nameOf={String} />
          </>
        )}
      </>
    );
  }
  if (page?.kind === "block") {
    const usual = cameTo === "approval" ? seen.waits : cameTo === "has-account" ? seen.hasAccount : seen.blocked;
    return <Message title={page.title ?? usual} text={page.message} />;
  }
  if (page?.kind === "invalid") {
    const fields = Object.entries(page.errors);
    return (
      <Message title={seen.invalid} text={page.message}>
        <Facts
          facts={fields.map(([name, error]) => [visible(attributeTitle(name, language)), <small class="problem">{visible(error)}</small>])}
        />
      </Message>
    );
  }
  return (
    <Message title={seen.error} text={outcome === "no-token" ? seen.tokenlessLead : seen.errorLead}>
      <p class="hint">{seen.errorWhy}</p>
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
