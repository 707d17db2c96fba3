import { type CurrentCredentials, msUntilKnown } from "../../../adapters/aws/credentials-secret";
import type { CommandContext, JsonOption, PassingTime } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS } from "../../../engine/password-times";
import { isBasic, pathsOf, sharedPaths } from "../../entra/client/api-connectors";
import { inTenant } from "../../entra/verbs/tenant-graph";
import { nextTask, quietFrom } from "../rotation";
import type { RotatedGate, TenantConnector } from "./gates";

export interface PasswordOptions extends JsonOption {
  /** Milliseconds to wait for calls that send a new password. */
  readonly wait: number;
}

const LOOKS_EVERY_MS = 5_000;

/** A gate whose two passwords both pass. */
interface Unproven {
  readonly gate: RotatedGate;
  readonly connectors: readonly TenantConnector[];
  readonly current: CurrentCredentials;
}

/**
 * Gives the connectors of gates a new password each, or ends an interrupted rotation. Drops nothing that connectors may still send, and
 * makes no third password. It reads everything again, so it can be interrupted anywhere.
 */
export async function rotatePasswords(
  gates: readonly RotatedGate[],
  options: PasswordOptions,
  session: CommandContext,
  clock: PassingTime,
) {
  const tell = teller(options, session);
  const showing = gates.map((gate) => ({ gate, connectors: passwordConnectors(gate) }));
  const begun: Unproven[] = [];
  for (const each of showing) begun.push(await begin(each, tell, clock));
  for (const each of begun) await send(each, tell, clock);
  const until = clock.now().getTime() + options.wait;
  for (const each of begun) if (!(await prove(each, until, tell, clock))) session.exitCode = exitCodes.unproven;
}

function passwordConnectors({ gate, connectors }: RotatedGate): readonly TenantConnector[] {
  const found = connectors.filter(({ connector }) => isBasic(connector));
  if (found.length > 0) return found;
  throw new CommandError(
    `The connectors of the gate ${gate} show a certificate, not a password: entra rotate --certificate FILE.pfx. Nothing was changed.`,
  );
}

/** Makes a new password, unless two pass already. */
async function begin({ gate, connectors }: Omit<Unproven, "current">, tell: Teller, clock: PassingTime): Promise<Unproven> {
  const paths = pathsOf(connectors);
  const current = await gate.secret.read(paths);
  if (nextTask(current, clock.now(), 0) !== "rotate") {
    tell(gate, { does: "goes on" }, `The rotation of ${current.madeAt.toISOString()} has not ended: this goes on with it.`);
    return { gate, connectors, current };
  }
  await gate.secret.rotate(current);
  tell(gate, { does: "rotated" }, "A new password is made. The previous one still passes, too.");
  return { gate, connectors, current: await gate.secret.read(paths) };
}

/** Sends the current password to all connectors that have not used it. Their password cannot be read; sending it twice changes nothing. */
async function send({ gate, connectors, current }: Unproven, tell: Teller, clock: PassingTime): Promise<void> {
  if (nextTask(current, clock.now(), 0) !== "prove") return;
  const { username, password } = current;
  const known = msUntilKnown(current, clock.now());
  if (known > 0) {
    const seconds = Math.ceil(known / 1_000);
    tell(gate, { does: "waits", seconds }, `Waiting ${seconds} s, until every authorizer has it…`);
    await clock.sleep(known);
  }
  for (const [index, { connector, tenant }] of connectors.entries()) {
    const { id, displayName: name } = connector;
    try {
      await inTenant(() => tenant.updateConnector(id, { credential: { username, password } }));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      throw new CommandError(
        `${index} of ${connectors.length} connectors have the new password; ${name} has not. ${error.message}\n${bothPass(current)} Repeat the command to do the rest.`,
        undefined,
        { cause: error },
      );
    }
    tell(gate, { does: "sent", connector: name }, `sent to ${name}`);
  }
}

/**
 * Waits until every step has shown the new password and none shows the old one, and drops that one.
 * @returns false if that did not happen in time
 */
async function prove(rotation: Unproven, until: number, tell: Teller, clock: PassingTime): Promise<boolean> {
  const { gate, connectors, current } = rotation;
  let printed: string | undefined;
  for (;;) {
    const found = await gate.secret.read(pathsOf(connectors));
    if (found.password !== current.password)
      throw new CommandError("Somebody else has rotated the password meanwhile: repeat the command to continue from there.");
    if (nextTask(found, clock.now(), Number.POSITIVE_INFINITY) !== "prove") {
      await drop(rotation, found, tell);
      return true;
    }
    const { notSeenAt } = found;
    if (clock.now().getTime() >= until) {
      const previousPassesUntil = passesUntil(current, notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS);
      tell(gate, { does: "unproven", notSeenAt, previousPassesUntil }, `Not ended: ${leftWords(found)}`);
      return false;
    }
    const words = waitingWords(found);
    if (words !== printed) tell(gate, { does: "waits", notSeenAt }, words);
    printed = words;
    await clock.sleep(Math.min(LOOKS_EVERY_MS, until - clock.now().getTime()));
  }
}

function waitingWords(found: CurrentCredentials): string {
  const { notSeenAt } = found;
  if (notSeenAt.length > 0) return `Sign up once: waiting for a call that shows it at ${notSeenAt.join(", ")}…`;
  return `Entra shows it at every step. Waiting until ${quietFrom(found).toISOString()}, in case a connector still shows the previous one…`;
}

function leftWords(found: CurrentCredentials): string {
  const { notSeenAt, previousSeenAt } = found;
  if (notSeenAt.length > 0) {
    return `no call has shown the new password at ${notSeenAt.join(", ")}. ${bothPass(found)} Sign up once, then repeat the command to continue; it makes no further password.`;
  }
  const last = previousSeenAt === undefined ? "may still be shown" : `was shown at ${previousSeenAt.toISOString()}`;
  return `the one before ${last}. It ends by itself at ${passesUntil(found, PREVIOUS_PASSES_MS)}; the command, repeated after ${quietFrom(found).toISOString()}, may drop it sooner and makes no further password.`;
}

/** If several connectors call one step, one call proves nothing about the others: the old password is left to expire by itself. */
async function drop({ gate, connectors, current }: Unproven, found: CurrentCredentials, tell: Teller): Promise<void> {
  const shared = sharedPaths(connectors);
  if (shared.length > 0) {
    const previousPassesUntil = passesUntil(current, PREVIOUS_PASSES_MS);
    tell(
      gate,
      { does: "proven", previousPassesUntil },
      `Entra shows it at every step. Several connectors call ${shared.join(", ")}, so the previous one ends by itself, at ${previousPassesUntil}.`,
    );
    return;
  }
  await gate.secret.revoke(found);
  tell(
    gate,
    { does: "dropped" },
    "Entra shows it at every step and no longer shows the previous one, which is dropped: within 65 seconds it passes nowhere.",
  );
}

function passesUntil({ madeAt }: CurrentCredentials, ms: number): string {
  return new Date(madeAt.getTime() + ms).toISOString();
}

function bothPass(current: CurrentCredentials): string {
  return `Both passwords pass until ${passesUntil(current, UNSEEN_PASSES_MS)}, a step that has shown the new one until ${passesUntil(current, PREVIOUS_PASSES_MS)}.`;
}

/** Says what was done at a gate. */
type Teller = (gate: RotatedGate, event: object, words: string) => void;

function teller({ json }: JsonOption, { output }: CommandContext): Teller {
  return ({ gate }, event, words) => (json ? output.json({ gate, ...event }) : output.print(`${gate}: ${words}`));
}
