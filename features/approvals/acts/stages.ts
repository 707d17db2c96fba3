import { type Act, type Concern, Refusal } from "../../../adapters/operator/act";
import { textsForReader } from "../../../engine/operator/page-texts";
import { buildNoteField, type Refused, type Say, type TransitionResult } from "../change";
import { restrictToShown } from "../deciding";
import { decidingWords } from "../deciding-words";
import type { ApprovalRequest, Stored } from "../request";
import { reassign, remindApprovers } from "../stages";
import { readableRequests, requests } from "../world";
import { type RequestTarget, readTargets, toSay } from "./decision";

export interface StageInput {
  readonly note?: string | undefined;
}

export interface ReassignInput extends StageInput {
  /** Names as in a row: addresses, `role:`, `group:`, ARNs. */
  readonly to: readonly string[];
}

interface StageState {
  readonly target: RequestTarget;
  readonly request: Stored;
  readonly now: Date;
}

const uses = { requests, readableRequests };

export type StageAct<Input extends StageInput> = Act<typeof uses, RequestTarget, Input, StageState, ApprovalRequest>;

type Step<Input> = (storedRequest: Stored, say: Say, input: Input, now: Date) => TransitionResult;

/** Makes an act on a request's running stage. It changes the request only if its code and stage are still those that the actor saw. */
function makeStageAct<Input extends StageInput>(verb: "reassign" | "remind", step: Step<Input>): StageAct<Input> {
  const shown = ({ target: { reference = "", seen } }: StageState, say: Say, input: Input, now: Date) =>
    restrictToShown({ reference, ...seen }, (storedRequest) => step(storedRequest, say, input, now));
  return {
    ...{ name: `approvals.${verb}`, may: "Approver", uses },
    async read(targets, world, { actor, now }) {
      const store = actor.via === "console" ? world.readableRequests : world.requests;
      const stored = await readTargets(targets, store);
      return targets.map((target, index) => ({ target, request: stored[index], now }));
    },
    concerns(state, input, actor) {
      const outcome = shown(state, toSay(input, actor), input, state.now)(state.request);
      return outcome.ok ? [] : [toConcern(outcome)];
    },
    entry({ request }, input) {
      const { reference, email } = request as ApprovalRequest;
      return { action: `approvals.${verb}`, subject: reference, after: { email, ...describeInput(input) } };
    },
    writesOnce: true,
    async perform(state, input, world, { actor, now, act, write }) {
      const step = shown(state, { ...toSay(input, actor), act }, input, now);
      const outcome = await world.requests.change(state.target.id, step, { read: { row: state.request }, write });
      return outcome.ok ? outcome.request : new Refusal(toConcern(outcome));
    },
  };
}

function describeInput({ note, to }: StageInput & Partial<ReassignInput>) {
  return { ...(to !== undefined && { to: to.join(", ") }), ...buildNoteField(note) };
}

function toConcern({ why, until }: Refused): Concern {
  return {
    code: why,
    weight: "refused",
    text(time) {
      const words = textsForReader(decidingWords);
      return until === undefined ? words.why[why] : `${words.why[why]} ${words.notBefore(time(until))}`;
    },
  };
}

/** Asks other people at the running stage. People who have already approved are not asked again. */
export const reassignRequest = makeStageAct<ReassignInput>("reassign", (storedRequest, say, { to }, now) =>
  reassign(storedRequest, say, to, now),
);

/** Sends the mail about a request again to those who have not decided. */
export const remindRequest = makeStageAct<StageInput>("remind", (storedRequest, say, _, now) => remindApprovers(storedRequest, say, now));
