import { ButtonLink } from "../../console/parts/forms";
import { visible } from "../../console/parts/value";
import { withQuery } from "../../console/parts/with-query";
import { personQuery } from "./form";
import { pageAddress, type View } from "./layout";
import { entryAddress } from "./rules-part";
import type { SignUpRun } from "./run";
import { simulatorTexts } from "./texts";

interface WayIn {
  readonly path: string;
  readonly text: string;
}

/** Largest number of characters in the address that leads back from the console. A cookie holds the address. */
const LONGEST_RETURN = 2_000;

/** Links to the console, where an operator can let this person in. The console leads back, and the sign-up then runs again. */
export function WayInPart({ run, view }: { readonly run: SignUpRun; readonly view: View }) {
  const { way: t } = simulatorTexts;
  const ways = view.bench?.consoleUrl === undefined ? [] : waysIn(run, view.bench.consoleUrl, view);
  if (ways.length === 0) return null;
  const same = pageAddress(view, personQuery(run.state.person));
  const simulator = same.length > LONGEST_RETURN ? pageAddress(view) : same;
  return (
    <section>
      <h3>{t.heading}</h3>
      <p>{t.lead}</p>
      <div class="actions">
        {ways.map(({ path, text }, index) => (
          <ButtonLink
            path={withQuery(path, new URLSearchParams({ simulator }))}
            text={visible(text)}
            class={index === 0 ? "button" : "button quiet"}
          />
        ))}
      </div>
    </section>
  );
}

function waysIn({ state, outcome }: SignUpRun, consoleUrl: string, view: View): readonly WayIn[] {
  const { way: t } = simulatorTexts;
  if (outcome !== "refused" && outcome !== "approval") return [];
  const lastCall = state.visits.flatMap((visit) => view.behind.get(visit) ?? []).at(-1);
  const results = lastCall?.trace ?? [];
  const reasons = results.flatMap(({ reasons: each = [] }) => each);
  // If the policy does not trust the sign-in, it does not help to allow the address or its domain.
  const isTrusted = results.every(({ evidence }) => evidence?.unproven === undefined);
  const allow = (entry: string): readonly WayIn[] =>
    isTrusted ? [{ path: `${consoleUrl}/access-list/new?${new URLSearchParams({ entry })}`, text: t.allow(entry) }] : [];
  const { email } = state.person;
  const domain = email.split("@").at(-1) ?? "";
  const decidingEntry = results.findLast(({ said }) => said === "block")?.evidence?.entry;
  const edit = (entry: string | undefined): readonly WayIn[] =>
    entry === undefined ? [] : [{ path: entryAddress(consoleUrl, entry), text: t.edit(entry) }];
  if (lastCall?.requestId !== undefined) {
    const referring = results.find(({ findings }) => findings?.listed === "approval")?.evidence?.entry;
    const approve = { path: `${consoleUrl}/approvals/requests/${encodeURIComponent(lastCall.requestId)}`, text: t.approve };
    return [approve, ...(referring === undefined ? allow(domain) : edit(referring))];
  }
  if (["access-list.denied", "access-list.no-approval"].some((reason) => reasons.includes(reason))) return edit(decidingEntry);
  if (["invitation.none", "invitation.expired"].some((reason) => reasons.includes(reason)))
    return [{ path: `${consoleUrl}/people/invite?${new URLSearchParams({ address: email })}`, text: t.invite(email) }];
  return reasons.includes("access-list.unlisted") ? [...allow(email), ...allow(domain)] : [];
}
