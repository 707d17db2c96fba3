import * as streams from "node:stream/web";
import * as later from "../../../adapters/aws/later-web-streams";

/** Undocumented, and not global. */
const INTERNAL = ["ReadableStreamTee"];

it("the stand-in has every class of node:stream/web, which it replaces in bundles", () =>
  expect(Object.keys(later).sort()).toEqual(
    Object.keys(streams)
      .filter((name) => name !== "default" && !INTERNAL.includes(name))
      .sort(),
  ));

it("the stand-in creates Node's own streams, and recognises them with instanceof", async () => {
  const stream = new later.ReadableStream({ start: (controller) => controller.enqueue("a") });
  expect(stream).toBeInstanceOf(streams.ReadableStream);
  expect(new streams.ReadableStream()).toBeInstanceOf(later.ReadableStream);
  expect({}).not.toBeInstanceOf(later.ReadableStream);
  expect(await stream.getReader().read()).toEqual({ done: false, value: "a" });
  expect(await later.ReadableStream.from(["b"]).getReader().read()).toEqual({ done: false, value: "b" });
});

it("the stand-in's classes can be extended", () => {
  class Own extends later.TransformStream {}
  expect(new Own()).toBeInstanceOf(streams.TransformStream);
  expect(new Own()).toBeInstanceOf(Own);
});
