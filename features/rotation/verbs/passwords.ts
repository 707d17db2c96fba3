import { setTimeout as sleep } from "node:timers/promises";
import { PREVIOUS_PASSES_MS, UNSEEN_PASSES_MS } from "../../../adapters/aws/credentials";
import type { CurrentCredentials } from "../../../adapters/aws/credentials-secret";
import type { CommandContext, JsonOption, PassingTime } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { isBasic, sharedPaths } from "../../entra/client/api-connectors";
import { flowsOfTheirGates } from "../../entra/verbs/flows";
import type { EntraOptions } from "../../entra/verbs/options";
import { callTenant } from "../../entra/verbs/tenant-graph";
import { quietFrom, rotateGate } from "../client/rotation";
import { addCertificates } from "./certificates";
import { REMEMBERED } from "./credentials";
import { gatesToRotate, type RotatedGate, type TenantConnector } from "./gates";

interface TenantRotateOptions extends EntraOptions {
  readonly certificate?: string;
}

export async function rotateInTenant({ certificate, ...options }: TenantRotateOptions, session: CommandContext): Promise<void> {
  if (certificate !== undefined) {
    return await addCertificates(await gatesToRotate(options, session.output), { ...options, certificate }, session);
  }
  // All flows that call a gate share its password, so the password changes for all of them.
  await rotatePasswords(await gatesToRotate(options, session.output, flowsOfTheirGates), options, session, session.time);
}

/**
 * Rotates the connectors' passwords. Never revokes one that connectors may still send, and never makes a third. A run can be interrupted at
 * any time.
 */
export async function rotatePasswords(
  gates: readonly RotatedGate[],
  options: JsonOption,
  session: CommandContext,
  clock: PassingTime = { now: () => new Date(), sleep: async (ms) => await sleep(ms) },
): Promise<void> {
  const showing = gates.map((gate) => ({ gate, connectors: passwordConnectors(gate) }));
  for (const { gate, connectors } of showing) {
    const isDone = await rotateOne(gate, connectors, clock, teller(gate, options, session));
    if (!isDone) session.exitCode = exitCodes.unproven;
  }
}

function passwordConnectors({ gate, connectors }: RotatedGate): readonly TenantConnector[] {
  const tenantConnectors = connectors.filter(({ connector }) => isBasic(connector));
  if (tenantConnectors.length > 0) return tenantConnectors;
  throw new CommandError(
    `The connectors of the gate ${gate} show a certificate, not a password: entra rotate --certificate FILE.pfx. Nothing was changed.`,
  );
}

/** @returns false if the rotation is unfinished: Entra lacks the new password at some step, or still shows the previous one */
async function rotateOne(
  { secret }: RotatedGate,
  connectors: readonly TenantConnector[],
  clock: PassingTime,
  tell: Teller,
): Promise<boolean> {
  let sentCount = 0;
  const { task, current } = await rotateGate(secret, connectors, {
    everyMs: 0,
    now: () => clock.now(),
    async sleep(ms) {
      const seconds = Math.ceil(ms / 1_000);
      if (seconds > 0) tell({ does: "waits", seconds }, `Waiting ${seconds} s, until every authorizer has it…`);
      await clock.sleep(ms);
    },
    async update({ connector, tenant }, credential, newCredentials) {
      const { id, displayName: name } = connector;
      await callTenant(() => tenant.updateConnector(id, { credential })).catch((error: unknown) => {
        if (!(error instanceof CommandError)) throw error;
        const doneText = `${sentCount} of ${connectors.length} connectors have the new password; ${name} has not.`;
        throw new CommandError(`${doneText} ${error.message}\n${bothPass(newCredentials)} Repeat the command to do the rest.`, undefined, {
          cause: error,
        });
      });
      sentCount += 1;
      tell({ does: "sent", connector: name }, `sent to ${name}`);
    },
  });
  if (task === "drop") return tellDropped(connectors, current, tell);
  if (task === "rotate") tell({ does: "rotated" }, "A new password is made. The previous one still passes, too.");
  else tell({ does: "goes on" }, `The rotation of ${current.madeAt.toISOString()} has not ended: this goes on with it.`);
  const { notSeenAt } = current;
  const previousPassesUntil = passesUntil(current, notSeenAt.length === 0 ? PREVIOUS_PASSES_MS : UNSEEN_PASSES_MS);
  tell({ does: "unproven", notSeenAt, previousPassesUntil }, leftWords(current));
  return false;
}

function leftWords(current: CurrentCredentials): string {
  const { notSeenAt, previousSeenAt } = current;
  if (notSeenAt.length > 0) {
    return `No call has shown the new password at ${notSeenAt.join(", ")}. ${bothPass(current)} Sign up once, then repeat the command to continue; it makes no further password.`;
  }
  const last = previousSeenAt === undefined ? "may still be shown" : `was shown at ${previousSeenAt.toISOString()}`;
  return `The one before ${last}. It ends by itself ${endText(passesUntil(current, PREVIOUS_PASSES_MS))}; the command, repeated after ${quietFrom(current).toISOString()}, may drop it sooner and makes no further password.`;
}

function tellDropped(connectors: readonly TenantConnector[], current: CurrentCredentials, tell: Teller): true {
  const sharedNames = sharedPaths(connectors);
  const previousPassesUntil = passesUntil(current, PREVIOUS_PASSES_MS);
  if (sharedNames.length === 0) {
    tell(
      { does: "dropped" },
      `Entra shows the new password at every step and no longer shows the previous one. The previous one is dropped. ${REMEMBERED}`,
    );
  } else {
    const calls = `Several connectors call ${sharedNames.join(", ")}, so the previous one ends by itself, ${endText(previousPassesUntil)}.`;
    tell({ does: "proven", previousPassesUntil }, `Entra shows the new password at every step. ${calls}`);
  }
  return true;
}

function passesUntil({ madeAt }: CurrentCredentials, ms: number): string {
  return new Date(madeAt.getTime() + ms).toISOString();
}

/** By GATEWAY_CACHE_MS. */
function endText(until: string): string {
  return `at ${until} or, where it was used just before, up to 5 minutes later`;
}

function bothPass(current: CurrentCredentials): string {
  return `Both passwords pass until ${passesUntil(current, UNSEEN_PASSES_MS)}, a step that has shown the new one until ${passesUntil(current, PREVIOUS_PASSES_MS)}.`;
}

type Teller = (event: object, words: string) => void;

function teller({ gate }: RotatedGate, { json }: JsonOption, { output }: CommandContext): Teller {
  return (event, words) => (json ? output.json({ gate, ...event }) : output.print(`${gate}: ${words}`));
}
