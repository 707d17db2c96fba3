import { html, raw } from "hono/html";
import type { Child } from "hono/jsx";
import { Alert, ButtonLink } from "../../console/parts/forms";
import { Icon, MARK } from "../../console/parts/icon";
import { DocumentHead } from "../../console/parts/layout";
import { visible } from "../../console/parts/value";
import { asset } from "../../console/style/style";
import { type ConsoleLanguage, languageNames, languages } from "../../console/texts/languages";
import type { StepVisit, UserFlow } from "../../simulator/client/visit";
import type { Behind } from "../workbench/behind";
import type { Bench, People, ZonedTimes } from "../workbench/bench";
import { gateNames } from "./state";
import { SIMULATOR_STYLE } from "./style";
import { simulatorTexts as t } from "./texts";

/** The reader of a page, and what the page shows besides the sign-up. */
export interface View {
  readonly language: ConsoleLanguage;
  /** The reason why answers may not be what a person expects, such as a policy that could not be loaded. */
  readonly trouble: string | undefined;
  /** Facts that this run remembers of the call behind each visit's answer. A visit is absent if its call is not remembered. */
  readonly behind: ReadonlyMap<StepVisit, Behind>;
  readonly bench: Bench | undefined;
  /** A hidden field that proves that a form is of this instance. */
  readonly formToken: Child;
  readonly clock: ZonedTimes | undefined;
  /** The saved people. Undefined if none can be saved. */
  readonly people: People | undefined;
  readonly flows: readonly UserFlow[];
  readonly flow: UserFlow;
  /** Parameters of the address that stay if the user flow or the language is changed, so that the same page is shown. */
  readonly asked: Readonly<Record<string, string>>;
}

/** The simulator's own style, which is loaded after the console's style. */
export const simulatorStyle = asset("simulator", "css", "text/css; charset=utf-8", SIMULATOR_STYLE);

export function pageAddress(
  { language, flow }: Pick<View, "language" | "flow">,
  more: Readonly<Record<string, string>> = {},
  path = "/",
): string {
  const { tenant, gate } = flow;
  return `${path}?${new URLSearchParams({ lang: language, tenant: tenant.kind, ...(gate !== undefined && { gate }), ...more })}`;
}

export function simulatorPage(view: View, title: string, content: Child) {
  const { language, trouble, bench } = view;
  return html`<!DOCTYPE html>${(
    <html lang={language}>
      <DocumentHead title={`${title} · ${t.name}`}>
        <link rel="stylesheet" href={simulatorStyle.path} />
      </DocumentHead>
      <body>
        <header>
          <a class="brand" href={pageAddress(view)}>
            {raw(MARK)}
            <span>Gatehouse</span> <small>{t.name}</small>
          </a>
          <Status view={view} />
          <FlowMenu view={view} />
          <nav aria-label={t.interfaceLanguage} class="languages">
            {languages
              .filter((each) => each !== language)
              .map((each) => (
                <a href={pageAddress({ ...view, language: each }, view.asked)} hreflang={each} lang={each}>
                  {languageNames[each]}
                </a>
              ))}
          </nav>
          {bench?.consoleUrl && <ButtonLink path={`${bench.consoleUrl}/`} text={t.console} />}
        </header>
        <main>
          {trouble === undefined ? null : <Trouble text={t.notReloaded} detail={trouble} />}
          {content}
        </main>
      </body>
    </html>
  )}`;
}

export function Trouble({ text, detail }: { readonly text: string; readonly detail: string }) {
  return (
    <Alert>
      <p>{text}</p>
      {detail === "" ? null : <pre>{visible(detail)}</pre>}
    </Alert>
  );
}

interface ViewProps {
  readonly view: View;
}

function Status({ view: { bench, clock, flow, language, trouble } }: ViewProps) {
  const policy = bench?.policy(flow.gate);
  if (policy === undefined) return <span class="status" />;
  return (
    <span class={trouble === undefined ? "status outcome continue" : "status outcome block"}>
      <span>
        {t.policy} <code>{visible(policy.name)}</code>, {t.saved}{" "}
        <time datetime={policy.savedAt.toISOString()}>{clock && `${clock.text(policy.savedAt, language)} ${clock.zone}`}</time>
      </span>
    </span>
  );
}

function FlowMenu({ view }: ViewProps) {
  const { flows, flow, asked } = view;
  if (flows.length < 2) return null;
  const isNamed = gateNames(flows).length > 1;
  const formatFlowName = ({ tenant, gate = "" }: UserFlow) =>
    visible(isNamed ? `${t.tenants[tenant.kind]} · ${gate || t.defaultGate}` : t.tenants[tenant.kind]);
  return (
    <Menu text={formatFlowName(flow)} label={`${t.tenant}: ${formatFlowName(flow)}`}>
      <ul class="plain">
        {flows.map((each) => (
          <li>
            <a href={pageAddress({ ...view, flow: each }, asked)} aria-current={each === flow ? "true" : undefined}>
              {formatFlowName(each)}
            </a>
          </li>
        ))}
      </ul>
    </Menu>
  );
}

interface MenuProps {
  readonly text: string;
  /** The button's name for screen readers. @default `text` */
  readonly label?: string;
  readonly children?: Child;
}

export function Menu({ text, label, children }: MenuProps) {
  return (
    <details class="menu" data-popover>
      <summary class="button quiet" aria-label={label}>
        {text}
        <Icon name="down" />
      </summary>
      <div class="pop">{children}</div>
    </details>
  );
}

export async function recallVisits(visits: readonly StepVisit[], bench: Bench | undefined): Promise<View["behind"]> {
  const recordings = await Promise.all(visits.map(async (visit) => [visit, await bench?.behind(visit)] as const));
  return new Map(recordings.flatMap(([visit, behind]) => (behind === undefined ? [] : [[visit, behind] as const])));
}
