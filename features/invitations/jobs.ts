import type { Reviewed } from "../../adapters/operator/act";
import { versionOfAll } from "../../adapters/tables/item";
import { buildPersonId, type HashOf } from "../../engine/sign-up/person";
import type { ApprovalRequest } from "../approvals/request";
import type { PeopleJob } from "../people-jobs/job";
import type { NamedPerson } from "../people-jobs/store/jobs";
import { makeWork, type PersonEnd } from "../people-jobs/store/work";
import { type InviteInput, type InviteState, invite, readLimit, takeBack } from "./acts";
import type { ListedInvitee } from "./file";

interface InvitedPerson extends NamedPerson, Pick<ListedInvitee, "language" | "sponsor" | "note"> {
  readonly email: string;
  /** The codes of concerns that the author answered. @default none */
  readonly answered?: readonly string[];
}

export interface InviteJobInput extends Pick<InviteInput, "days" | "note" | "longestDays"> {
  readonly gate?: string | undefined;
}

type Tell = (person: InvitedPerson, end: PersonEnd<ApprovalRequest>) => void;

/** The rows of a command name its caller, and their stream tells the audit log. */
const isAuditedByStream = ({ via }: PeopleJob) => via === "command";

/** Acts on many invitations. Each goes on in the function of the access list, which may write requests already. */
export function makeInviteJobs(tell?: Tell) {
  return {
    "invitations.invite": makeWork({
      act: invite,
      toAttempt({ email, language, sponsor, note, answered = [] }: InvitedPerson, job) {
        const { gate, ...shared } = job.input as unknown as InviteJobInput;
        return { target: { email, gate }, input: { ...shared, language, sponsor, note: note ?? shared.note }, answered };
      },
      isDone: ({ place }, id) => place.stored?.history.some(({ act }) => act === id) === true,
      isAuditedByStream,
      tell,
    }),
    "invitations.undo": makeWork({
      act: takeBack,
      toAttempt: ({ id }: NamedPerson, { input }) => ({ target: { id }, input: { act: String(input.act) }, answered: "all" }),
      isDone: ({ stored }, id) => stored?.history.some(({ act }) => act === id) === true,
      isAuditedByStream,
    }),
  } as const;
}

export const inviteJobs = makeInviteJobs();

interface InvitePlan {
  readonly people: readonly InvitedPerson[];
  /** Differs once other people are invited, or something else speaks against one of them. */
  readonly version: string;
  /** The longest validity at the gate. */
  readonly longestDays?: number | undefined;
}

/** Plans a job of the people whom nothing keeps from being invited. @param invitees each mailbox once */
export function planInvites(invitees: readonly ListedInvitee[], reviewed: readonly Reviewed<InviteState>[], hashOf: HashOf): InvitePlan {
  const people = reviewed.flatMap(({ state, concerns }, index): readonly InvitedPerson[] => {
    if (concerns.some(({ weight }) => weight === "refused")) return [];
    const answered = concerns.flatMap(({ code, weight }) => (weight === "shown" ? [] : [code]));
    const { email, language, sponsor, note } = invitees[index] as ListedInvitee;
    const personId = buildPersonId(email, hashOf);
    return [{ id: state.place.id, personId, email, language, sponsor, note, ...(answered.length > 0 && { answered }) }];
  });
  const [first] = reviewed;
  const version = versionOfAll(people.map(({ email, answered }) => ({ email, answered })));
  return { people, version, longestDays: first && readLimit(first.state) };
}
