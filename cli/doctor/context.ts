import { systemClock } from "../../adapters/system";
import { within } from "../../engine/sign-up/time";
import type { GatehouseSettings } from "../../lib/gatehouse-stack";
import { settingsIn } from "../../lib/settings";
import type { DeploymentOptions, JsonOption } from "../command";
import { type Account, ASKING_LIMIT_MS, accountFor } from "./account";
import { type Stack, stackOf } from "./stack";

export interface DoctorOptions extends DeploymentOptions, JsonOption {
  /** The folder of the unnamed gate's policy. */
  readonly policy?: string;
  readonly beforeDeploy?: boolean;
}

/** What checks look at. What several ask for is found once. */
export interface DoctorContext {
  /** The app's folder. */
  readonly app: string;
  readonly options: DoctorOptions;
  /** The version of Node that runs this. */
  readonly node: string;
  /** What settings.ts says; nothing where it cannot be read, which the check `settings` tells. */
  readonly settings: GatehouseSettings;
  /** Rejects where AWS cannot be asked, which the check `aws` tells. */
  account(): Promise<Account>;
  /** Undefined where there is no such stack. Rejects where AWS does not say, which the check `stack` tells. */
  stack(): Promise<Stack | undefined>;
}

export function doctorContext(app: string, options: DoctorOptions): DoctorContext {
  let account: Promise<Account> | undefined;
  let stack: Promise<Stack | undefined> | undefined;
  const theAccount = () => (account ??= accountFor(options));
  return {
    app,
    options,
    node: process.versions.node,
    settings: { ...settingsIfAny(app), ...(options.policy !== undefined && { policy: options.policy }) },
    account: theAccount,
    stack: () =>
      (stack ??= theAccount().then((each) => within(ASKING_LIMIT_MS, systemClock, (signal) => stackOf(each, options.stack, signal)))),
  };
}

function settingsIfAny(app: string): GatehouseSettings {
  try {
    return settingsIn(app);
  } catch {
    return {};
  }
}
