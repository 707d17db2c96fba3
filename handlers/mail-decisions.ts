import { handle } from "hono/aws-lambda";
import { composeHandler } from "../adapters/aws/compose-handler";
import { mailEnvironment } from "../adapters/mail/mail-place";
import { readErrorTrace } from "../adapters/report";
import type { World } from "../adapters/world";
import { mailAnswerApp } from "../console/mail-answer/app";

/** The log contains no address, only the code of the decision. */
export function mailDecisionsHandler({ settings, tables, clock, log }: Pick<World, "settings" | "tables" | "clock" | "log">) {
  void tables.warm();
  const app = mailAnswerApp({
    world: { settings, tables },
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
    limited: settings[mailEnvironment.localDecideUrl] === undefined,
    now: () => new Date(clock.now()),
    decided: (outcome) => log.info("mail decision", { ...outcome }),
    failed: (error, reference) => log.error("mail decision failed", { reference, failure: readErrorTrace(error) }),
  });
  return composeHandler({ log }, handle(app));
}
