import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { refusalPage } from "../../../console/parts/back-link";
import { Alert, InputField, PostForm, SubmitButton } from "../../../console/parts/forms";
import { frameTexts } from "../../../console/texts/frame-texts";
import { GUID } from "../../../engine/guid";
import { normaliseEmail } from "../../../engine/sign-up/email";
import type { Refused, TransitionResult } from "../change";
import { isRequestId, ofShown } from "../deciding";
import { decidingWords } from "../deciding-words";
import type { ApprovalRequest, Stored } from "../request";
import { GROUP_PREFIX, ROLE_PREFIX, reassign, remindApprovers } from "../stages";
import { stateAt } from "../state-at";
import { byVisitor, readRequestField, requestField, requestPath } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { stagesTexts as t } from "./stages-texts";

// What operators do about the people who are asked: remind them, or ask others.

const MOST_ASKED = 20;

/** Of a request whose stages are running. */
export function StageActs({ visit, request }: { readonly visit: Visit; readonly request: ApprovalRequest }) {
  if (!visit.may("Approver") || request.stages === undefined || stateAt(request, visit.now) !== "pending") return null;
  const hidden = { request: requestField(request) };
  return (
    <section>
      <PostForm visit={visit} action="/approvals/remind" hidden={hidden}>
        <p class="actions">
          <SubmitButton text={t.remind} class="ghost" />
        </p>
      </PostForm>
      <details>
        <summary>{t.reassign}</summary>
        <PostForm visit={visit} action="/approvals/reassign" hidden={hidden}>
          <InputField id="to" label={t.reassignTo} hint={t.reassignHint} value="" required />
          <p class="actions">
            <SubmitButton text={t.reassignButton} class="quiet" />
          </p>
        </PostForm>
      </details>
    </section>
  );
}

export function StageDone({ visit }: { readonly visit: Visit }) {
  return <Alert kind="good">{visit.done(t.did)}</Alert>;
}

/** As a row has them; undefined if one of them is nobody. */
export function approversTyped(text: string): readonly string[] | undefined {
  const typed = text.split(/[\s,;]+/).filter((each) => each !== "");
  const named = typed.flatMap((each): readonly string[] => {
    if (each.startsWith(ROLE_PREFIX) && /^[\w.-]{1,60}$/.test(each.slice(ROLE_PREFIX.length))) return [each];
    if (each.startsWith(GROUP_PREFIX) && GUID.test(each.slice(GROUP_PREFIX.length))) return [each.toLowerCase()];
    return [normaliseEmail(each) ?? []].flat();
  });
  return typed.length === 0 || named.length < typed.length || typed.length > MOST_ASKED ? undefined : named;
}

async function sendReminder(visit: Visit): Promise<Response> {
  return await act(visit, "remind", (stored, say) => remindApprovers(stored, say, visit.now));
}

async function askOthers(visit: Visit): Promise<Response> {
  const to = approversTyped(visit.field("to"));
  if (to === undefined) return await refuse(visit, t.badTo, 400);
  return await act(visit, "reassign", (stored, say) => reassign(stored, say, to, visit.now), { to: to.join(", ") });
}

type Step = (stored: Stored, say: { readonly by: ReturnType<typeof byVisitor> }) => TransitionResult;

/** Of the very request and stage that were looked at. */
async function act(visit: Visit, verb: "remind" | "reassign", step: Step, more: object = {}): Promise<Response> {
  const { world } = visit;
  const { why } = visit.say(decidingWords);
  const { id, reference, seen } = readRequestField(visit.field("request"));
  const request = isRequestId(id) ? await world.approvals.get(id) : undefined;
  if (request === undefined) return await refuse(visit, why.unknown, 400);
  const say = { by: byVisitor(visit) };
  const change = ofShown({ reference, ...seen }, (stored) => step(stored, say));
  const foreseen = change(request);
  if (!foreseen.ok) return await refuse(visit, refusalOf(visit, foreseen), 409);
  const entry = {
    action: `approvals.${verb}`,
    subject: request.reference,
    after: { email: request.email, ...more },
  };
  let outcome: TransitionResult | undefined;
  await visit.audited(entry, async () => {
    outcome = await world.approvals.change(id, change);
    return outcome.ok;
  });
  if (outcome?.ok) return visit.goTo(`${requestPath(id)}?done=${verb === "remind" ? "reminded" : "reassigned"}`);
  return await refuse(visit, outcome === undefined ? why.unknown : refusalOf(visit, outcome), 409);
}

function refusalOf(visit: Visit, { why }: Refused): string {
  return visit.say(decidingWords).why[why];
}

function refuse(visit: Visit, why: string, status: 400 | 409): Promise<Response> {
  const { id } = readRequestField(visit.field("request"));
  const back = { path: isRequestId(id) ? requestPath(id) : "/approvals", text: approvalsTexts.back };
  return refusalPage(visit, { title: frameTexts.notDone, why, back, status });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "POST", path: "/approvals/remind", access: "Approver", hidden: ["request"], handler: sendReminder },
  { method: "POST", path: "/approvals/reassign", access: "Approver", hidden: ["request"], handler: askOthers },
];
