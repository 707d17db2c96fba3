import { type Act, type Concern, type Doing, readEach } from "../../adapters/operator/act";
import { gatePolicies, type WorldOf } from "../../adapters/operator/world";
import { decidesOnReferrals } from "../../engine/sign-up/admits";
import { type Policy, unwrapRule } from "../../engine/sign-up/policy";
import type { Row } from "../../engine/sign-up/rule";
import { MS_PER_HOUR } from "../../engine/sign-up/time";
import type { AuditEntry } from "../audit/chain";
import { commitRow } from "../audit/store/audited-tables";
import { readTrail, trail } from "../audit/world";
import { changedPosture, type PostureChange, type PostureRow, postureFlaw } from "./change";
import { activePosture, isLimited, POSTURE, type Posture, scheduledPosture } from "./posture";
import { endWords, type ModeConcern, modeWords, scheduledWords } from "./words";
import { postures } from "./world";

export type ModeInput = Pick<PostureChange, "state" | "reason" | "from" | "until">;

export interface GateState {
  readonly gate: string;
  readonly row: Row | undefined;
  /** Undefined if the door does not know the gate's policy. */
  readonly policies: readonly Policy[] | undefined;
  readonly now: Date;
}

const may = "Administrator";
const uses = { postures, gatePolicies, trail };

async function readGate(
  gate: string,
  world: Pick<WorldOf<typeof uses>, "postures" | "gatePolicies">,
  { now }: { readonly now: Date },
): Promise<GateState> {
  return { gate, row: (await world.postures.of([gate])).get(gate), policies: world.gatePolicies(gate), now };
}

/** Identifies a gate's row, so that a form never overwrites a newer setting. */
export function modeVersion(row: Row | undefined): string {
  return JSON.stringify([row?.revision, row?.state, row?.since, row?.surgeSince]);
}

const version = ({ row }: { readonly row: Row | undefined }) => modeVersion(row);

/** Sets a gate. The outcome is its row. */
export const setMode: Act<typeof uses, string, ModeInput, GateState, PostureRow> = {
  ...{ name: "gates.set", may, uses, version },
  read: readEach(readGate),
  concerns({ gate, row, policies, now }, input) {
    const flaw = postureFlaw({ ...input, gate, by: "", via: "command" }, now);
    const idle = policies === undefined ? unknownPolicy(input.state) : findIdleMode(input.state, policies);
    const scheduled = scheduledPosture(row, now);
    const concerns: Concern[] = [];
    if (flaw !== undefined) concerns.push({ code: flaw, weight: "refused", text: () => modeWords[flaw] });
    if (idle !== undefined) concerns.push({ code: idle, weight: "shown", text: () => modeWords[idle] });
    if (scheduled !== undefined)
      concerns.push({ code: "replaces-scheduled", weight: "shown", text: (time) => scheduledWords.replaces(time, scheduled) });
    return concerns;
  },
  perform: ({ gate, row }, input, world, doing) => writeMode(world, gate, row, input, doing),
};

function unknownPolicy(state: Posture): ModeConcern | undefined {
  return state === "approval" ? "policy-unknown" : undefined;
}

/** Returns why a mode keeps out other people than its name says, or nobody, at a gate with these policies. */
export function findIdleMode(state: Posture, policies: readonly Policy[]): "acts-as-listed" | "keeps-nobody-out" | undefined {
  if (state !== "approval" && state !== "listed") return undefined;
  const last = policies.find(({ step }) => step === "before-create-user");
  if (last !== undefined) return state === "listed" || last.rules.some(decidesOnReferrals) ? undefined : "acts-as-listed";
  // After sign-in, `approval` stops nobody, and `listed` only people of whom an access list has said something.
  const hasList = policies.some(({ rules }) => rules.some((rule) => unwrapRule(rule).name === "access-list"));
  return state === "listed" && hasList ? undefined : "keeps-nobody-out";
}

async function writeMode(
  { postures, trail }: Pick<WorldOf<typeof uses>, "postures" | "trail">,
  gate: string,
  before: Row | undefined,
  input: ModeInput,
  { actor: { by, name, via }, now }: Doing,
): Promise<PostureRow | undefined> {
  const author = { by, ...(name !== undefined && { name }), via: via === "console" ? via : "command" } as const;
  const after = changedPosture(before, { ...input, ...author, gate }, now);
  return (await commitRow(trail, POSTURE, { before, after, write: postures.replacing(before, after) }, author, now)) ? after : undefined;
}

/** Extends a gate's mode by an hour. The outcome is its row. */
export const extendMode: Act<typeof uses, string, object, GateState, PostureRow> = {
  ...{ name: "gates.extend", may, uses, version },
  read: readEach(readGate),
  concerns({ gate, row, now }) {
    const input = findExtension(row, now);
    const flaw = input && postureFlaw({ ...input, gate, by: "", via: "command" }, now);
    return flaw === undefined ? [] : [{ code: flaw, weight: "refused", text: () => modeWords[flaw] }];
  },
  async perform({ gate, row, now }, _, world, doing) {
    const input = findExtension(row, now);
    return input && (await writeMode(world, gate, row, input, doing));
  },
};

function findExtension(row: Row | undefined, now: Date): ModeInput | undefined {
  const active = activePosture(row, now);
  if (active === undefined || !isLimited(active)) return undefined;
  return { state: active.state, reason: active.reason, until: new Date(Date.parse(active.until) + MS_PER_HOUR) };
}

const undoUses = { postures, gatePolicies, trail, readTrail };

interface UndoState extends GateState {
  readonly earlier: ModeInput | undefined;
}

/** Brings back the mode that a gate had before the current one. The outcome is its row. */
export const undoMode: Act<typeof undoUses, string, object, UndoState, PostureRow> = {
  ...{ name: "gates.undo", may, uses: undoUses, version },
  read: readEach(async (gate, world, doing) => {
    const state = await readGate(gate, world, doing);
    const { entries } = await world.readTrail.page({ subject: modeSubject(gate) }, undefined, LATELY);
    return { ...state, earlier: state.row && findEarlierMode(entries, state.row, doing.now) };
  }),
  concerns: ({ earlier }) => (earlier === undefined ? [{ code: "no-undo", weight: "refused", text: () => endWords.noUndo }] : []),
  perform: async ({ gate, row, earlier }, _, world, doing) => earlier && (await writeMode(world, gate, row, earlier, doing)),
};

export const acts = [setMode, extendMode, undoMode];

/** Number of a gate's newest audit entries in which its last changes are searched. */
export const LATELY = 50;

export function modeSubject(gate: string): string {
  return `${POSTURE}/${gate}`;
}

/**
 * Returns the change that restores the mode before the current one. If the gate was open, or that mode has ended meanwhile, the change opens
 * the gate. Undefined if that mode is unknown, or has no end or reason.
 * @param entries the gate's newest entries of the audit log, newest first
 */
export function findEarlierMode(entries: readonly AuditEntry[], row: Row, now: Date): ModeInput | undefined {
  if (!entries.some(({ after }) => after?.revision === row.revision && isSetAs(row, after))) return undefined;
  const began = findBeginning(entries, row);
  if (began === undefined) return undefined;
  const was = activePosture(began.before, now);
  if (was === undefined) return { state: "open" };
  return isLimited(was) ? { state: was.state, reason: was.reason, until: new Date(was.until) } : undefined;
}

/** Finds the change that brought the gate into its current state from another state. */
function findBeginning(entries: readonly AuditEntry[], row: Row): AuditEntry | undefined {
  // An undo restores an earlier setting, so several changes may have led to the row's setting. The oldest of these changes introduced the
  // setting.
  const first = entries.findLast(({ after }) => isSetAs(row, after));
  const was = first?.before;
  const isOfState = was !== undefined && activePosture(was, new Date(first?.at ?? ""))?.state === row.state;
  return isOfState ? findBeginning(entries, was) : first;
}

/**
 * True if both rows have the same setting. `until` is exact to the millisecond, so two changes set the same `until` only if one restores
 * the other's setting.
 */
export function isSetAs(row: Row, other: Row | undefined): boolean {
  return (["state", "reason", "until"] as const).every((name) => other?.[name] === row[name]);
}
