import type { Context } from "hono";
import { Icon } from "../parts/icon";
import { frameTexts as t } from "../texts/frame-texts";
import { type Frame, ownPath } from "./frame";
import type { ConsoleRoute } from "./visit";

/** The parameter contains only a path, so that it cannot lead to another server. */
export const RETURN_PARAMETER = "simulator";
const RETURN_PATH = "/simulator";

/** Under `npm start`, remembers the simulator's page that somebody comes from. Forgets it when somebody opens the console directly. */
export function noteReturn({ ports, cookies }: Frame, context: Context): void {
  const path = context.req.query(RETURN_PARAMETER);
  if (ports.world.simulatorUrl !== undefined && path !== undefined) cookies.writeReturn(context, ownPath(path));
  else if (cookies.readReturn(context) !== undefined && isOpenedDirectly(context)) cookies.clearReturn(context);
}

function isOpenedDirectly(context: Context): boolean {
  return context.req.header("Sec-Fetch-Site") === "none";
}

/**
 * Returns the account of `npm start` that may let people in. Undefined unless the visitor comes from the simulator.
 * @param to where the sign-in leads
 */
export function expectedFrom({ ports }: Frame, to: string): string | undefined {
  const isFromSimulator = new URL(to, "https://console.invalid").searchParams.has(RETURN_PARAMETER);
  return ports.world.simulatorUrl !== undefined && isFromSimulator ? "administrator" : undefined;
}

/** The link back to the simulator: on every page until the visitor follows it or opens a page directly. */
export function ReturnLink({ frame, context }: { readonly frame: Frame; readonly context: Context }) {
  const { ports, cookies } = frame;
  if (ports.world.simulatorUrl === undefined) return null;
  const isAway = isOpenedDirectly(context) || cookies.readReturn(context) === undefined;
  if (context.req.query(RETURN_PARAMETER) === undefined && isAway) return null;
  return (
    <p class="card">
      <a href={RETURN_PATH}>
        <Icon name="back" /> {t.backToSimulator}
      </a>{" "}
      {t.runsAgain}
    </p>
  );
}

export function returnRoute(frame: Frame): ConsoleRoute {
  return {
    method: "GET",
    path: RETURN_PATH,
    access: "signed-in",
    handler({ context, world }) {
      const path = ownPath(frame.cookies.readReturn(context));
      frame.cookies.clearReturn(context);
      return context.redirect(world.simulatorUrl === undefined ? "/" : `${world.simulatorUrl}${path}`, 303);
    },
  };
}
