import { Alert } from "../../console/parts/forms";
import { Facts } from "../../console/parts/table";
import { visible } from "../../console/parts/value";
import type { Attempt } from "../../simulator/client/call";
import { referenceOn } from "../../simulator/client/page";
import { type StepVisit, selectClaims } from "../../simulator/client/visit";
import type { Breach } from "../../simulator/contract/contract";
import type { View } from "./layout";
import type { FlowState } from "./state";
import { simulatorTexts } from "./texts";

interface CallProps {
  readonly visit: StepVisit;
  readonly state: Pick<FlowState, "person" | "flow">;
  readonly view: View;
}

export function CallPart({ visit, state: { person, flow }, view }: CallProps) {
  const { wire: t, path } = simulatorTexts;
  const { step, url, request, attempts } = visit;
  const { kept, dropped } = selectClaims(visit, person.collects);
  const reference = referenceOn(visit.page) ?? view.behind.get(visit)?.reference;
  const formatClaimNames = (claims: object) => visible(Object.keys(claims).join(", "));
  return (
    <section class="call">
      <h4>{path.steps[step]}</h4>
      <Facts
        facts={[
          [t.effects[step], formatClaimNames(kept)],
          [step === "before-sending-token" ? t.noAttribute : t.dropped, formatClaimNames(dropped)],
          [t.why, reference !== undefined && flow.records && <code>{flow.records.command(reference)}</code>],
          [t.request, <code>POST {visible(url)}</code>],
        ]}
      />
      <pre>{visible(JSON.stringify(request, null, 2))}</pre>
      {attempts.map((attempt) => (
        <AttemptPart {...attempt} />
      ))}
    </section>
  );
}

function AttemptPart({ durationMs, answer, failure, lost }: Attempt) {
  const { wire: t } = simulatorTexts;
  if (answer === undefined) return <Alert>{`${t.noAnswer}: ${failure}, ${durationMs} ms`}</Alert>;
  const { status, contentType = "", body } = answer;
  return (
    <>
      <p>{`${lost ? t.lostAnswer : t.answer}: ${status}, ${durationMs} ms`}</p>
      <pre>{visible(`${contentType}\n\n${body === "" ? t.noBody : indentJson(body)}`)}</pre>
    </>
  );
}

function indentJson(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function Breaches({ breaches }: { readonly breaches: readonly Breach[] }) {
  const { wire: t } = simulatorTexts;
  return (
    <Alert>
      <strong>{t.breaches}</strong>
      <ul>
        {breaches.map(({ rule, found, says, source }) => (
          <li>
            <code>{rule}</code> {visible(found)}. {says}. {t.source}: {source}.
          </li>
        ))}
      </ul>
    </Alert>
  );
}
