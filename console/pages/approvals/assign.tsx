import { isRequestId } from "../../../engine/approvals/deciding";
import type { ApprovalRequest } from "../../../engine/approvals/request";
import { changedTask, freshTask, type Operator } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import { ErrorSummary, HiddenFields } from "../../parts/forms";
import { visible } from "../../parts/value";
import { hasRole, roles } from "../../session/roles";
import { finishTask } from "../inbox/task-changes";
import { AskedAbout, MAX_AT_ONCE, queueLeft } from "./approvals-decide";
import { requestField, requestPath } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { queueTexts } from "./group-texts";
import { knownOf } from "./known";
import { queuePath } from "./queue-asked";
import { requestSubject } from "./request-subject";

/** Gives requests to a colleague, or to oneself: asks to whom, then writes it. */
export async function postAssign(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const ids = [...new Set(visit.fields("request"))].map((text) => text.split("/")[0] ?? "").filter(isRequestId);
  if (ids.length === 0 || ids.length > MAX_AT_ONCE) {
    const problem = ids.length === 0 ? t.nothingChosen : t.tooMany(MAX_AT_ONCE);
    const content = <ErrorSummary title={t.notDone} problems={[problem]} idOf={(field) => field} />;
    return await visit.page(
      t.notDone,
      <>
        {content}
        <p>
          <a href={backOf(visit, [])}>{t.back}</a>
        </p>
      </>,
      { status: 400 },
    );
  }
  const [requests, operators] = await Promise.all([visit.world.legibleApprovals(() => {}).getAll(ids), operatorsFor(visit)]);
  const owner = operators.find(({ id }) => id === visit.field("owner"));
  if (owner === undefined) return await askWho(visit, requests, operators);
  for (const request of requests) await assign(visit, request, owner);
  return visit.goTo(backOf(visit, requests));
}

/** Oneself first, then everybody who may decide and has signed in of late. */
async function operatorsFor({ world, session, now }: Visit): Promise<readonly Operator[]> {
  const colleagues = await world.colleagues.all(now);
  const others = colleagues.filter(
    ({ id, role }) => id !== session.subject && roles.some((each) => each === role && hasRole(each, "Approver")),
  );
  return [{ id: session.subject, name: session.name }, ...others.map(({ id, name }) => ({ id, name }))];
}

/** Somebody else's change at the same moment is not lost: it is read again. */
async function assign(visit: Visit, { id, personId }: ApprovalRequest, owner: Operator): Promise<void> {
  for (let tries = 1; tries <= 3; tries++) {
    const before = await visit.world.tasks.get(requestSubject(id));
    const after = changedTask(before ?? freshTask(requestSubject(id), personId), { owner });
    if (await finishTask(visit, "tasks.assigned", before, after)) return;
  }
}

/** The queue, or the page of the one request. */
function backOf(visit: Visit, [first, ...others]: readonly ApprovalRequest[]): string {
  const left = queueLeft(visit);
  if (left !== undefined) return queuePath(left, others.length === 0 && first !== undefined ? { open: first.id } : {});
  return first === undefined ? "/approvals" : requestPath(first.id);
}

async function askWho(visit: Visit, requests: readonly ApprovalRequest[], operators: readonly Operator[]): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const q = visit.say(queueTexts);
  return await visit.page(
    q.assignTitle(requests.length),
    <form class="card" method="post" action="/approvals/assign">
      {visit.formToken}
      <HiddenFields fields={{ back: visit.field("back") }} />
      {requests.map((request) => (
        <input type="hidden" name="request" value={requestField(request)} />
      ))}
      <p class="narrow">
        <label for="owner">{q.assignTo}</label>
        <select id="owner" name="owner">
          {operators.map(({ id, name }, index) => (
            <option value={id}>{index === 0 ? q.me(visible(name)) : visible(name)}</option>
          ))}
        </select>
        <small>{q.assignHint}</small>
      </p>
      <p class="actions">
        <button type="submit">{q.assignNow}</button>
        <a class="button quiet" href={backOf(visit, requests)}>
          {t.cancel}
        </a>
      </p>
      <AskedAbout visit={visit} caption={q.assignTitle(requests.length)} requests={requests} known={await knownOf(visit, requests)} />
    </form>,
  );
}
