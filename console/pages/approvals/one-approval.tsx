import { isRequestId } from "../../../engine/approvals/deciding";
import { type Stored, UnreadableRequestError } from "../../../engine/approvals/request";
import type { Visit } from "../../app/visit";
import { visible } from "../../parts/value";
import { Unreadable } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { aboutRequest, RequestPanel } from "./request-panel";
import { Undo } from "./undo";

/** Everything that is known of one request. */
export async function oneApproval(visit: Visit): Promise<Response> {
  const t = visit.say(approvalsTexts);
  const id = visit.context.req.param("id") ?? "";
  const request = isRequestId(id) ? await legible(visit.world.approvals.get(id)) : undefined;
  const back = (
    <p>
      <a href="/approvals">{t.back}</a>
    </p>
  );
  if (request === undefined) {
    const content = (
      <>
        <p>{t.noRequest}</p>
        {back}
      </>
    );
    return await visit.page(t.title, content, { status: 404 });
  }
  if (request instanceof UnreadableRequestError) {
    const content = (
      <>
        <Unreadable visit={visit} rows={[request]} />
        {back}
      </>
    );
    return await visit.page(t.title, content, { status: 409 });
  }
  return await visit.page(
    t.one(visible(request.reference)),
    <>
      <Undo visit={visit} back={undefined} />
      <div class="panel request">
        <RequestPanel visit={visit} about={await aboutRequest(visit, request)} />
      </div>
      {back}
    </>,
  );
}

/** The request, or why nobody can read it. */
function legible(reading: Promise<Stored>): Promise<Stored | UnreadableRequestError> {
  return reading.catch((error: unknown) => {
    if (error instanceof UnreadableRequestError) return error;
    throw error;
  });
}
