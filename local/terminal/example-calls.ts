import type { Step } from "../../engine/sign-up/sign-up";
import { callsInCases } from "../cases/example-calls";

/** Where a policy's folder has a request that passes, and one that is refused. A feature has its line here. */
export const exampleCalls: readonly ((folder: string, step: Step) => Promise<readonly [object, object] | undefined>)[] = [callsInCases];
