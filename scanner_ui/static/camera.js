// The camera as a scanner, where the scan engine is broken or missing. Loaded when somebody first asks for it.
//
// Called by scan.js. `page` lends the word table and the teller; `onCode({raw, source, symbology, endedAt})` takes the
// code that was read, and the camera is closed with it: one press, one code. The browser's own detector is used where
// there is one; elsewhere zxing, from our own server.

const DECODER = { "src": "./vendor/zxing-wasm/3.1.4/reader.js" };
const PROGRAM = { "src": "./vendor/zxing-wasm/3.1.4/zxing_reader.wasm" };
const STYLE = { "src": "./camera.css" };
const WIDEST = 1280;
const PAUSE_MS = 60; // between looks: the hand needs the processor as well
const TIRED_MS = 60000;
const NATIVE = ["code_128", "ean_13", "ean_8", "qr_code", "data_matrix", "itf", "code_39", "upc_a", "upc_e"];
const READS = {
  formats: ["Code128", "EAN13", "EAN8", "UPCA", "UPCE", "ITF", "Code39", "DataMatrix", "QRCode", "DataBar", "DataBarExp"],
  maxNumberOfSymbols: 1,
  textMode: "Plain", // separators stay; brackets would have to be taken off again
};

let opened = null;

export async function openCamera(onCode, page) {
  if (opened) return opened.close();
  const view = new View(page, () => opened.close());
  const mine = { close: () => putAway(view, mine), running: true };
  opened = mine;
  try {
    view.show(await stream());
    const read = await detector();
    if (mine.running) look(view, read, mine, onCode);
  } catch (error) {
    mine.close();
    page.teller.say("stop", error.name === "NotAllowedError" ? "camera_denied" : "camera_missing", "stop");
  }
  return undefined;
}

function putAway(view, mine) {
  mine.running = false;
  if (opened === mine) opened = null;
  view.remove();
}

function stream() {
  if (!navigator.mediaDevices) throw new Error("no camera, or not a secure address");
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: WIDEST } } });
}

async function look(view, read, mine, onCode) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const until = performance.now() + TIRED_MS;
  while (mine.running && performance.now() < until) {
    const { videoWidth: width, videoHeight: height } = view.video;
    if (width > 0) {
      const scale = Math.min(1, WIDEST / width);
      canvas.width = width * scale;
      canvas.height = height * scale;
      context.drawImage(view.video, 0, 0, canvas.width, canvas.height);
      const found = await read(canvas, context);
      if (found && mine.running) {
        mine.close();
        return onCode({ ...found, source: "camera", endedAt: performance.now() });
      }
    }
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return mine.close();
}

async function detector() {
  if ("BarcodeDetector" in window) {
    const formats = (await window.BarcodeDetector.getSupportedFormats()).filter((name) => NATIVE.includes(name));
    if (formats.includes("code_128")) return native(new window.BarcodeDetector({ formats }));
  }
  return zxing();
}

function native(detecting) {
  return async (canvas) => {
    const [code] = await detecting.detect(canvas);
    return code ? { raw: code.rawValue, symbology: code.format } : null;
  };
}

let loading = null;
async function zxing() {
  loading = loading || loadDecoder();
  const { readBarcodes } = await loading.catch((error) => {
    loading = null; // without network now, perhaps not at the next press
    throw error;
  });
  return async (canvas, context) => {
    const [code] = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), READS);
    if (!code || !code.isValid) return null;
    // As a scanner sends it: the symbology's identifier in front, so that GS1 is told from plain.
    return { raw: code.symbologyIdentifier + code.text, symbology: code.symbologyIdentifier };
  };
}

async function loadDecoder() {
  await new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src: address(DECODER), onload: done, onerror: failed }));
  });
  const decoder = window.ZXingWASM;
  decoder.prepareZXingModule({ overrides: { locateFile: () => address(PROGRAM) } });
  return decoder;
}

function address({ src }) {
  return new URL(src, import.meta.url).href;
}

// What is seen, over the whole screen, with one way out.
class View {
  constructor({ word }, onClose) {
    if (!document.querySelector("link[data-camera]")) {
      const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(STYLE) });
      style.dataset.camera = "1";
      document.head.append(style);
    }
    this.panel = document.createElement("section");
    this.panel.id = "camera";
    this.panel.setAttribute("aria-label", word("camera"));
    this.video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, autoplay: true });
    this.out = Object.assign(document.createElement("button"), { type: "button", textContent: word("cancel") });
    this.out.dataset.action = "*CAMERA*";
    this.panel.append(this.video, this.out);
    document.body.append(this.panel);
    document.body.dataset.camera = "1";
    this.onHidden = () => document.hidden && onClose();
    document.addEventListener("visibilitychange", this.onHidden);
    this.onJudged = () => onClose(); // something was scanned with the engine meanwhile
    document.addEventListener("wms:sound", this.onJudged);
  }

  show(seen) {
    if (!this.panel.isConnected) return seen.getTracks().forEach((track) => track.stop());
    this.video.srcObject = seen;
    return this.video.play();
  }

  remove() {
    document.removeEventListener("visibilitychange", this.onHidden);
    document.removeEventListener("wms:sound", this.onJudged);
    const seen = this.video.srcObject;
    if (seen) seen.getTracks().forEach((track) => track.stop());
    this.panel.remove();
    delete document.body.dataset.camera;
  }
}
