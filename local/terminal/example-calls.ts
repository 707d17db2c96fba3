import type { Step } from "../../engine/sign-up/sign-up";
import { callsInCases } from "../cases/example-calls";

/** Finds a request that passes and one that is refused in a policy's folder. Each feature adds its line here. */
export const exampleCalls: readonly ((folder: string, step: Step) => Promise<readonly [object, object] | undefined>)[] = [callsInCases];
