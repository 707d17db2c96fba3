import type * as streams from "node:stream/web";

// Replaces node:stream/web in bundles: loading that module takes 4 ms of a cold start, and middy imports it only for streamed answers.

type Name = keyof typeof streams;

function loadLater<N extends Name>(name: N): (typeof streams)[N] {
  const load = () => globalThis[name] as never;
  // The proxy's target is a plain function. A class as the target would have a `prototype` that a proxy may not replace.
  return new Proxy(function later() {} as never, {
    get: (_, key) => Reflect.get(load(), key),
    construct: (_, args, target) => Reflect.construct(load(), args, target),
  });
}

export const ByteLengthQueuingStrategy = /* @__PURE__ */ loadLater("ByteLengthQueuingStrategy");
export const CompressionStream = /* @__PURE__ */ loadLater("CompressionStream");
export const CountQueuingStrategy = /* @__PURE__ */ loadLater("CountQueuingStrategy");
export const DecompressionStream = /* @__PURE__ */ loadLater("DecompressionStream");
export const ReadableByteStreamController = /* @__PURE__ */ loadLater("ReadableByteStreamController");
export const ReadableStream = /* @__PURE__ */ loadLater("ReadableStream");
export const ReadableStreamBYOBReader = /* @__PURE__ */ loadLater("ReadableStreamBYOBReader");
export const ReadableStreamBYOBRequest = /* @__PURE__ */ loadLater("ReadableStreamBYOBRequest");
export const ReadableStreamDefaultController = /* @__PURE__ */ loadLater("ReadableStreamDefaultController");
export const ReadableStreamDefaultReader = /* @__PURE__ */ loadLater("ReadableStreamDefaultReader");
export const TextDecoderStream = /* @__PURE__ */ loadLater("TextDecoderStream");
export const TextEncoderStream = /* @__PURE__ */ loadLater("TextEncoderStream");
export const TransformStream = /* @__PURE__ */ loadLater("TransformStream");
export const TransformStreamDefaultController = /* @__PURE__ */ loadLater("TransformStreamDefaultController");
export const WritableStream = /* @__PURE__ */ loadLater("WritableStream");
export const WritableStreamDefaultController = /* @__PURE__ */ loadLater("WritableStreamDefaultController");
export const WritableStreamDefaultWriter = /* @__PURE__ */ loadLater("WritableStreamDefaultWriter");
