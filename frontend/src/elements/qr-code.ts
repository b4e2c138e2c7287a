/** A text as a QR code. Black on white in every mode: that is what cameras read. */
import { type TemplateResult, css, html } from "lit";
import { property } from "lit/decorators.js";
import { qrPath } from "../services/qr-path";
import { HomeElement, element } from "./element";
import { base } from "./styles";

@element("mg-qr-code")
export class QrCode extends HomeElement {
  static override styles = [
    base,
    css`
      svg {
        display: block;
        width: 180px;
        max-width: 100%;
        background: #fff;
        border-radius: 8px;
      }
    `,
  ];

  @property() text = "";
  @property() name = "";

  protected override render(): TemplateResult {
    const { size, path } = qrPath(this.text);
    return html`<svg viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label=${this.name}>
      <path d=${path} fill="#000"></path>
    </svg>`;
  }
}
