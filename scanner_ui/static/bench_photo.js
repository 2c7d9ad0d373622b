// A photo of the open box, from a webcam above the bench. Loaded by bench.js where the computer has a camera at all.
//
// Nothing is asked of the packer: the picture is taken in the moment all that shall be in the box is, while it is open still,
// and goes to the parcel. Without a camera, or where the browser may not use it, nothing is shown.

import { pageToken } from "./http.js";

const WIDTH = 1280;
const QUALITY = 0.8;
const TIMEOUT_MS = 15000;

export class BoxCamera {
  // panel: shown while there is a picture; onKept(), onFailed().
  constructor({ panel, onKept, onFailed }) {
    Object.assign(this, { panel, onKept, onFailed });
    this.video = panel.querySelector("video");
    this.taken = ""; // the task and the parcel of the last photo
  }

  // False where there is no camera.
  async open() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    if (!devices.some(({ kind }) => kind === "videoinput")) return false;
    this.video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WIDTH } }, audio: false });
    await this.video.play();
    this.panel.hidden = false;
    return true;
  }

  close() {
    this.panel.hidden = true;
    if (this.video.srcObject) for (const track of this.video.srcObject.getTracks()) track.stop();
    this.video.srcObject = null;
  }

  // Once for each time the box is full; a task that took its last item out again may be photographed anew.
  see(task, order) {
    if (!task || !order) return;
    const parcel = `task=${task.id}&parcel=${order.parcel_number}`;
    if (!order.is_full && this.taken === parcel) this.taken = "";
    if (!order.is_full || this.taken === parcel || this.panel.hidden) return;
    this.taken = parcel;
    this.#take(parcel);
  }

  // parcel: as seen when the picture is taken; until it has arrived, the task may have come to the next one.
  async #take(parcel) {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (await kept(parcel, jpeg)) this.onKept();
    else this.onFailed();
  }
}

async function kept(parcel, jpeg) {
  try {
    const response = await fetch(`/api/v1/bench/photos?${parcel}`, {
      method: "POST",
      headers: { "Content-Type": "image/jpeg", "X-CSRF-Token": pageToken() },
      body: jpeg,
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok;
  } catch (error) {
    return false;
  }
}
