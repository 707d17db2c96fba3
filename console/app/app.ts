import { type Context, Hono, type MiddlewareHandler, type Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { menuCountsRoute } from "../parts/menu";
import { peopleResultsRoute } from "../parts/people-results";
import { openPaths } from "../session/roles";
import { addAssets, assets } from "../style/style";
import { frameTexts as t } from "../texts/frame-texts";
import { runInLanguage } from "../texts/languages";
import { explainFailure, type Frame, failPage, frameAround, resolveLanguage } from "./frame";
import type { AppPorts } from "./ports";
import { callingAddress, limitCalls, secure } from "./protection";
import { addSignIn, signOutRoute } from "./sign-in-routes";
import { returnRoute } from "./simulator-return";
import { type ConsoleFeature, type ConsoleRoute, MAX_BODY_MB } from "./visit";
import { readCookieSession, readCurrentSession, visitPage } from "./visiting";

export function consoleApp(features: readonly ConsoleFeature[], ports: AppPorts): Hono {
  const app = new Hono();
  const frame = frameAround(features, ports);
  const routes = [...features.flatMap((each) => each.routes), menuCountsRoute, peopleResultsRoute, signOutRoute(frame), returnRoute(frame)];
  app.onError((error, context) => failPage(frame, context, error));
  app.use((context, next) => runInLanguage(resolveLanguage(frame, context), next));
  app.use((context, next) => finishAnswer(frame, context, next));
  addAssets(app, Object.values(assets));
  app.use(limitCalls(ports.now, (context) => strangerAt(frame, context)));
  app.use(limitBody(frame));
  addSignIn(app, frame);
  for (const route of routes) app.on(route.method, route.path, (context) => visitPage(frame, context, route));
  refuseOtherMethods(app, frame, routes);
  app.notFound(async (context) => {
    const message = { title: t.notFoundTitle, paragraphs: [t.notFound] };
    return await explainFailure(frame, context, 404, message, await readCurrentSession(frame, context));
  });
  return app;
}

/** Adds the security headers to every answer, including errors. */
async function finishAnswer(frame: Frame, context: Context, next: Next): Promise<void> {
  // Hono's onError gets only Error objects, but code can throw any value.
  await next().catch(async (error: unknown) => {
    context.res = await failPage(frame, context, error);
  });
  // When somebody signs out, the form's answer redirects to the provider. Browsers apply `form-action` to this redirect too.
  const policy = { "script-src": "'self'", "connect-src": "'self'", "form-action": `'self' ${frame.ports.signIn.origin}` };
  // With no-referrer, browsers would send the console's own forms without a valid Origin, which the console checks.
  secure(context, policy, "same-origin");
}

/** Everybody has the same address under `npm start`. */
async function strangerAt(frame: Frame, context: Context): Promise<string | undefined> {
  const client = frame.ports.scheme === "http" ? undefined : callingAddress(context);
  return client === undefined || (await readCookieSession(context, frame)) !== undefined ? undefined : client;
}

function limitBody(frame: Frame): MiddlewareHandler {
  const buildTooLargeText = () => ({ title: t.tooLargeTitle, paragraphs: [t.tooLarge(MAX_BODY_MB)] });
  return bodyLimit({
    maxSize: MAX_BODY_MB * 1_024 * 1_024,
    onError: (context) => explainFailure(frame, context, 413, buildTooLargeText()),
  });
}

function refuseOtherMethods(app: Hono, frame: Frame, routes: readonly ConsoleRoute[]): void {
  for (const path of new Set([...openPaths, ...routes.map((route) => route.path)])) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
    app.all(path, async (context) => {
      context.header("Allow", (methods.length === 0 ? ["GET"] : methods).join(", "));
      return await explainFailure(frame, context, 405, { title: t.methodTitle, paragraphs: [t.method] });
    });
  }
}
