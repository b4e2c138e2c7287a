/*! Licences of the libraries in this file: LICENSES.txt beside it. */
// node_modules/@lit/reactive-element/css-tag.js
var e = globalThis, t = e.ShadowRoot && (e.ShadyCSS === void 0 || e.ShadyCSS.nativeShadow) && "adoptedStyleSheets" in Document.prototype && "replace" in CSSStyleSheet.prototype, n = Symbol(), r = /* @__PURE__ */ new WeakMap(), i = class {
	constructor(e, t, r) {
		if (this._$cssResult$ = !0, r !== n) throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");
		this.cssText = e, this.t = t;
	}
	get styleSheet() {
		let e = this.o, n = this.t;
		if (t && e === void 0) {
			let t = n !== void 0 && n.length === 1;
			t && (e = r.get(n)), e === void 0 && ((this.o = e = new CSSStyleSheet()).replaceSync(this.cssText), t && r.set(n, e));
		}
		return e;
	}
	toString() {
		return this.cssText;
	}
}, a = (e) => new i(typeof e == "string" ? e : e + "", void 0, n), o = (e, ...t) => new i(e.length === 1 ? e[0] : t.reduce((t, n, r) => t + ((e) => {
	if (!0 === e._$cssResult$) return e.cssText;
	if (typeof e == "number") return e;
	throw Error("Value passed to 'css' function must be a 'css' function result: " + e + ". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.");
})(n) + e[r + 1], e[0]), e, n), s = (n, r) => {
	if (t) n.adoptedStyleSheets = r.map((e) => e instanceof CSSStyleSheet ? e : e.styleSheet);
	else for (let t of r) {
		let r = document.createElement("style"), i = e.litNonce;
		i !== void 0 && r.setAttribute("nonce", i), r.textContent = t.cssText, n.appendChild(r);
	}
}, c = t ? (e) => e : (e) => e instanceof CSSStyleSheet ? ((e) => {
	let t = "";
	for (let n of e.cssRules) t += n.cssText;
	return a(t);
})(e) : e, { is: l, defineProperty: u, getOwnPropertyDescriptor: d, getOwnPropertyNames: f, getOwnPropertySymbols: p, getPrototypeOf: m } = Object, ee = globalThis, te = ee.trustedTypes, ne = te ? te.emptyScript : "", re = ee.reactiveElementPolyfillSupport, h = (e, t) => e, ie = {
	toAttribute(e, t) {
		switch (t) {
			case Boolean:
				e = e ? ne : null;
				break;
			case Object:
			case Array: e = e == null ? e : JSON.stringify(e);
		}
		return e;
	},
	fromAttribute(e, t) {
		let n = e;
		switch (t) {
			case Boolean:
				n = e !== null;
				break;
			case Number:
				n = e === null ? null : Number(e);
				break;
			case Object:
			case Array: try {
				n = JSON.parse(e);
			} catch {
				n = null;
			}
		}
		return n;
	}
}, ae = (e, t) => !l(e, t), oe = {
	attribute: !0,
	type: String,
	converter: ie,
	reflect: !1,
	useDefault: !1,
	hasChanged: ae
};
Symbol.metadata ??= Symbol("metadata"), ee.litPropertyMetadata ??= /* @__PURE__ */ new WeakMap();
var g = class extends HTMLElement {
	static addInitializer(e) {
		this._$Ei(), (this.l ??= []).push(e);
	}
	static get observedAttributes() {
		return this.finalize(), this._$Eh && [...this._$Eh.keys()];
	}
	static createProperty(e, t = oe) {
		if (t.state && (t.attribute = !1), this._$Ei(), this.prototype.hasOwnProperty(e) && ((t = Object.create(t)).wrapped = !0), this.elementProperties.set(e, t), !t.noAccessor) {
			let n = Symbol(), r = this.getPropertyDescriptor(e, n, t);
			r !== void 0 && u(this.prototype, e, r);
		}
	}
	static getPropertyDescriptor(e, t, n) {
		let { get: r, set: i } = d(this.prototype, e) ?? {
			get() {
				return this[t];
			},
			set(e) {
				this[t] = e;
			}
		};
		return {
			get: r,
			set(t) {
				let a = r?.call(this);
				i?.call(this, t), this.requestUpdate(e, a, n);
			},
			configurable: !0,
			enumerable: !0
		};
	}
	static getPropertyOptions(e) {
		return this.elementProperties.get(e) ?? oe;
	}
	static _$Ei() {
		if (this.hasOwnProperty(h("elementProperties"))) return;
		let e = m(this);
		e.finalize(), e.l !== void 0 && (this.l = [...e.l]), this.elementProperties = new Map(e.elementProperties);
	}
	static finalize() {
		if (this.hasOwnProperty(h("finalized"))) return;
		if (this.finalized = !0, this._$Ei(), this.hasOwnProperty(h("properties"))) {
			let e = this.properties, t = [...f(e), ...p(e)];
			for (let n of t) this.createProperty(n, e[n]);
		}
		let e = this[Symbol.metadata];
		if (e !== null) {
			let t = litPropertyMetadata.get(e);
			if (t !== void 0) for (let [e, n] of t) this.elementProperties.set(e, n);
		}
		this._$Eh = /* @__PURE__ */ new Map();
		for (let [e, t] of this.elementProperties) {
			let n = this._$Eu(e, t);
			n !== void 0 && this._$Eh.set(n, e);
		}
		this.elementStyles = this.finalizeStyles(this.styles);
	}
	static finalizeStyles(e) {
		let t = [];
		if (Array.isArray(e)) {
			let n = new Set(e.flat(1 / 0).reverse());
			for (let e of n) t.unshift(c(e));
		} else e !== void 0 && t.push(c(e));
		return t;
	}
	static _$Eu(e, t) {
		let n = t.attribute;
		return !1 === n ? void 0 : typeof n == "string" ? n : typeof e == "string" ? e.toLowerCase() : void 0;
	}
	constructor() {
		super(), this._$Ep = void 0, this.isUpdatePending = !1, this.hasUpdated = !1, this._$Em = null, this._$Ev();
	}
	_$Ev() {
		this._$ES = new Promise((e) => this.enableUpdating = e), this._$AL = /* @__PURE__ */ new Map(), this._$E_(), this.requestUpdate(), this.constructor.l?.forEach((e) => e(this));
	}
	addController(e) {
		(this._$EO ??= /* @__PURE__ */ new Set()).add(e), this.renderRoot !== void 0 && this.isConnected && e.hostConnected?.();
	}
	removeController(e) {
		this._$EO?.delete(e);
	}
	_$E_() {
		let e = /* @__PURE__ */ new Map(), t = this.constructor.elementProperties;
		for (let n of t.keys()) this.hasOwnProperty(n) && (e.set(n, this[n]), delete this[n]);
		e.size > 0 && (this._$Ep = e);
	}
	createRenderRoot() {
		let e = this.shadowRoot ?? this.attachShadow(this.constructor.shadowRootOptions);
		return s(e, this.constructor.elementStyles), e;
	}
	connectedCallback() {
		this.renderRoot ??= this.createRenderRoot(), this.enableUpdating(!0), this._$EO?.forEach((e) => e.hostConnected?.());
	}
	enableUpdating(e) {}
	disconnectedCallback() {
		this._$EO?.forEach((e) => e.hostDisconnected?.());
	}
	attributeChangedCallback(e, t, n) {
		this._$AK(e, n);
	}
	_$ET(e, t) {
		let n = this.constructor.elementProperties.get(e), r = this.constructor._$Eu(e, n);
		if (r !== void 0 && !0 === n.reflect) {
			let i = (n.converter?.toAttribute === void 0 ? ie : n.converter).toAttribute(t, n.type);
			this._$Em = e, i == null ? this.removeAttribute(r) : this.setAttribute(r, i), this._$Em = null;
		}
	}
	_$AK(e, t) {
		let n = this.constructor, r = n._$Eh.get(e);
		if (r !== void 0 && this._$Em !== r) {
			let e = n.getPropertyOptions(r), i = typeof e.converter == "function" ? { fromAttribute: e.converter } : e.converter?.fromAttribute === void 0 ? ie : e.converter;
			this._$Em = r;
			let a = i.fromAttribute(t, e.type);
			this[r] = a ?? this._$Ej?.get(r) ?? a, this._$Em = null;
		}
	}
	requestUpdate(e, t, n, r = !1, i) {
		if (e !== void 0) {
			let a = this.constructor;
			if (!1 === r && (i = this[e]), n ??= a.getPropertyOptions(e), !((n.hasChanged ?? ae)(i, t) || n.useDefault && n.reflect && i === this._$Ej?.get(e) && !this.hasAttribute(a._$Eu(e, n)))) return;
			this.C(e, t, n);
		}
		!1 === this.isUpdatePending && (this._$ES = this._$EP());
	}
	C(e, t, { useDefault: n, reflect: r, wrapped: i }, a) {
		n && !(this._$Ej ??= /* @__PURE__ */ new Map()).has(e) && (this._$Ej.set(e, a ?? t ?? this[e]), !0 !== i || a !== void 0) || (this._$AL.has(e) || (this.hasUpdated || n || (t = void 0), this._$AL.set(e, t)), !0 === r && this._$Em !== e && (this._$Eq ??= /* @__PURE__ */ new Set()).add(e));
	}
	async _$EP() {
		this.isUpdatePending = !0;
		try {
			await this._$ES;
		} catch (e) {
			Promise.reject(e);
		}
		let e = this.scheduleUpdate();
		return e != null && await e, !this.isUpdatePending;
	}
	scheduleUpdate() {
		return this.performUpdate();
	}
	performUpdate() {
		if (!this.isUpdatePending) return;
		if (!this.hasUpdated) {
			if (this.renderRoot ??= this.createRenderRoot(), this._$Ep) {
				for (let [e, t] of this._$Ep) this[e] = t;
				this._$Ep = void 0;
			}
			let e = this.constructor.elementProperties;
			if (e.size > 0) for (let [t, n] of e) {
				let { wrapped: e } = n, r = this[t];
				!0 !== e || this._$AL.has(t) || r === void 0 || this.C(t, void 0, n, r);
			}
		}
		let e = !1, t = this._$AL;
		try {
			e = this.shouldUpdate(t), e ? (this.willUpdate(t), this._$EO?.forEach((e) => e.hostUpdate?.()), this.update(t)) : this._$EM();
		} catch (t) {
			throw e = !1, this._$EM(), t;
		}
		e && this._$AE(t);
	}
	willUpdate(e) {}
	_$AE(e) {
		this._$EO?.forEach((e) => e.hostUpdated?.()), this.hasUpdated || (this.hasUpdated = !0, this.firstUpdated(e)), this.updated(e);
	}
	_$EM() {
		this._$AL = /* @__PURE__ */ new Map(), this.isUpdatePending = !1;
	}
	get updateComplete() {
		return this.getUpdateComplete();
	}
	getUpdateComplete() {
		return this._$ES;
	}
	shouldUpdate(e) {
		return !0;
	}
	update(e) {
		this._$Eq &&= this._$Eq.forEach((e) => this._$ET(e, this[e])), this._$EM();
	}
	updated(e) {}
	firstUpdated(e) {}
};
g.elementStyles = [], g.shadowRootOptions = { mode: "open" }, g[h("elementProperties")] = /* @__PURE__ */ new Map(), g[h("finalized")] = /* @__PURE__ */ new Map(), re?.({ ReactiveElement: g }), (ee.reactiveElementVersions ??= []).push("2.1.2");
// node_modules/lit-html/lit-html.js
var se = globalThis, ce = (e) => e, le = se.trustedTypes, ue = le ? le.createPolicy("lit-html", { createHTML: (e) => e }) : void 0, de = "$lit$", _ = `lit$${Math.random().toFixed(9).slice(2)}$`, fe = "?" + _, pe = `<${fe}>`, v = document, me = () => v.createComment(""), he = (e) => e === null || typeof e != "object" && typeof e != "function", ge = Array.isArray, _e = (e) => ge(e) || typeof e?.[Symbol.iterator] == "function", ve = "[ 	\n\f\r]", ye = /<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g, be = /-->/g, xe = />/g, y = RegExp(`>|${ve}(?:([^\\s"'>=/]+)(${ve}*=${ve}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`, "g"), Se = /'/g, Ce = /"/g, we = /^(?:script|style|textarea|title)$/i, Te = (e) => (t, ...n) => ({
	_$litType$: e,
	strings: t,
	values: n
}), b = Te(1), Ee = Te(2), x = Symbol.for("lit-noChange"), S = Symbol.for("lit-nothing"), De = /* @__PURE__ */ new WeakMap(), C = v.createTreeWalker(v, 129);
function Oe(e, t) {
	if (!ge(e) || !e.hasOwnProperty("raw")) throw Error("invalid template strings array");
	return ue === void 0 ? t : ue.createHTML(t);
}
var ke = (e, t) => {
	let n = e.length - 1, r = [], i, a = t === 2 ? "<svg>" : t === 3 ? "<math>" : "", o = ye;
	for (let t = 0; t < n; t++) {
		let n = e[t], s, c, l = -1, u = 0;
		for (; u < n.length && (o.lastIndex = u, c = o.exec(n), c !== null);) u = o.lastIndex, o === ye ? c[1] === "!--" ? o = be : c[1] === void 0 ? c[2] === void 0 ? c[3] !== void 0 && (o = y) : (we.test(c[2]) && (i = RegExp("</" + c[2], "g")), o = y) : o = xe : o === y ? c[0] === ">" ? (o = i ?? ye, l = -1) : c[1] === void 0 ? l = -2 : (l = o.lastIndex - c[2].length, s = c[1], o = c[3] === void 0 ? y : c[3] === "\"" ? Ce : Se) : o === Ce || o === Se ? o = y : o === be || o === xe ? o = ye : (o = y, i = void 0);
		let d = o === y && e[t + 1].startsWith("/>") ? " " : "";
		a += o === ye ? n + pe : l >= 0 ? (r.push(s), n.slice(0, l) + de + n.slice(l) + _ + d) : n + _ + (l === -2 ? t : d);
	}
	return [Oe(e, a + (e[n] || "<?>") + (t === 2 ? "</svg>" : t === 3 ? "</math>" : "")), r];
}, Ae = class e {
	constructor({ strings: t, _$litType$: n }, r) {
		let i;
		this.parts = [];
		let a = 0, o = 0, s = t.length - 1, c = this.parts, [l, u] = ke(t, n);
		if (this.el = e.createElement(l, r), C.currentNode = this.el.content, n === 2 || n === 3) {
			let e = this.el.content.firstChild;
			e.replaceWith(...e.childNodes);
		}
		for (; (i = C.nextNode()) !== null && c.length < s;) {
			if (i.nodeType === 1) {
				if (i.hasAttributes()) for (let e of i.getAttributeNames()) if (e.endsWith(de)) {
					let t = u[o++], n = i.getAttribute(e).split(_), r = /([.?@])?(.*)/.exec(t);
					c.push({
						type: 1,
						index: a,
						name: r[2],
						strings: n,
						ctor: r[1] === "." ? Pe : r[1] === "?" ? Fe : r[1] === "@" ? Ie : Ne
					}), i.removeAttribute(e);
				} else e.startsWith(_) && (c.push({
					type: 6,
					index: a
				}), i.removeAttribute(e));
				if (we.test(i.tagName)) {
					let e = i.textContent.split(_), t = e.length - 1;
					if (t > 0) {
						i.textContent = le ? le.emptyScript : "";
						for (let n = 0; n < t; n++) i.append(e[n], me()), C.nextNode(), c.push({
							type: 2,
							index: ++a
						});
						i.append(e[t], me());
					}
				}
			} else if (i.nodeType === 8) {
				if (i.data === fe) c.push({
					type: 2,
					index: a
				});
				else {
					let e = -1;
					for (; (e = i.data.indexOf(_, e + 1)) !== -1;) c.push({
						type: 7,
						index: a
					}), e += _.length - 1;
				}
			}
			a++;
		}
	}
	static createElement(e, t) {
		let n = v.createElement("template");
		return n.innerHTML = e, n;
	}
};
function w(e, t, n = e, r) {
	if (t === x) return t;
	let i = r === void 0 ? n._$Cl : n._$Co?.[r], a = he(t) ? void 0 : t._$litDirective$;
	return i?.constructor !== a && (i?._$AO?.(!1), a === void 0 ? i = void 0 : (i = new a(e), i._$AT(e, n, r)), r === void 0 ? n._$Cl = i : (n._$Co ??= [])[r] = i), i !== void 0 && (t = w(e, i._$AS(e, t.values), i, r)), t;
}
var je = class {
	constructor(e, t) {
		this._$AV = [], this._$AN = void 0, this._$AD = e, this._$AM = t;
	}
	get parentNode() {
		return this._$AM.parentNode;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	u(e) {
		let { el: { content: t }, parts: n } = this._$AD, r = (e?.creationScope ?? v).importNode(t, !0);
		C.currentNode = r;
		let i = C.nextNode(), a = 0, o = 0, s = n[0];
		for (; s !== void 0;) {
			if (a === s.index) {
				let t;
				s.type === 2 ? t = new Me(i, i.nextSibling, this, e) : s.type === 1 ? t = new s.ctor(i, s.name, s.strings, this, e) : s.type === 6 && (t = new Le(i, this, e)), this._$AV.push(t), s = n[++o];
			}
			a !== s?.index && (i = C.nextNode(), a++);
		}
		return C.currentNode = v, r;
	}
	p(e) {
		let t = 0;
		for (let n of this._$AV) n !== void 0 && (n.strings === void 0 ? n._$AI(e[t]) : (n._$AI(e, n, t), t += n.strings.length - 2)), t++;
	}
}, Me = class e {
	get _$AU() {
		return this._$AM?._$AU ?? this._$Cv;
	}
	constructor(e, t, n, r) {
		this.type = 2, this._$AH = S, this._$AN = void 0, this._$AA = e, this._$AB = t, this._$AM = n, this.options = r, this._$Cv = r?.isConnected ?? !0;
	}
	get parentNode() {
		let e = this._$AA.parentNode, t = this._$AM;
		return t !== void 0 && e?.nodeType === 11 && (e = t.parentNode), e;
	}
	get startNode() {
		return this._$AA;
	}
	get endNode() {
		return this._$AB;
	}
	_$AI(e, t = this) {
		e = w(this, e, t), he(e) ? e === S || e == null || e === "" ? (this._$AH !== S && this._$AR(), this._$AH = S) : e !== this._$AH && e !== x && this._(e) : e._$litType$ === void 0 ? e.nodeType === void 0 ? _e(e) ? this.k(e) : this._(e) : this.T(e) : this.$(e);
	}
	O(e) {
		return this._$AA.parentNode.insertBefore(e, this._$AB);
	}
	T(e) {
		this._$AH !== e && (this._$AR(), this._$AH = this.O(e));
	}
	_(e) {
		this._$AH !== S && he(this._$AH) ? this._$AA.nextSibling.data = e : this.T(v.createTextNode(e)), this._$AH = e;
	}
	$(e) {
		let { values: t, _$litType$: n } = e, r = typeof n == "number" ? this._$AC(e) : (n.el === void 0 && (n.el = Ae.createElement(Oe(n.h, n.h[0]), this.options)), n);
		if (this._$AH?._$AD === r) this._$AH.p(t);
		else {
			let e = new je(r, this), n = e.u(this.options);
			e.p(t), this.T(n), this._$AH = e;
		}
	}
	_$AC(e) {
		let t = De.get(e.strings);
		return t === void 0 && De.set(e.strings, t = new Ae(e)), t;
	}
	k(t) {
		ge(this._$AH) || (this._$AH = [], this._$AR());
		let n = this._$AH, r, i = 0;
		for (let a of t) i === n.length ? n.push(r = new e(this.O(me()), this.O(me()), this, this.options)) : r = n[i], r._$AI(a), i++;
		i < n.length && (this._$AR(r && r._$AB.nextSibling, i), n.length = i);
	}
	_$AR(e = this._$AA.nextSibling, t) {
		for (this._$AP?.(!1, !0, t); e !== this._$AB;) {
			let t = ce(e).nextSibling;
			ce(e).remove(), e = t;
		}
	}
	setConnected(e) {
		this._$AM === void 0 && (this._$Cv = e, this._$AP?.(e));
	}
}, Ne = class {
	get tagName() {
		return this.element.tagName;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	constructor(e, t, n, r, i) {
		this.type = 1, this._$AH = S, this._$AN = void 0, this.element = e, this.name = t, this._$AM = r, this.options = i, n.length > 2 || n[0] !== "" || n[1] !== "" ? (this._$AH = Array(n.length - 1).fill(/* @__PURE__ */ new String()), this.strings = n) : this._$AH = S;
	}
	_$AI(e, t = this, n, r) {
		let i = this.strings, a = !1;
		if (i === void 0) e = w(this, e, t, 0), a = !he(e) || e !== this._$AH && e !== x, a && (this._$AH = e);
		else {
			let r = e, o, s;
			for (e = i[0], o = 0; o < i.length - 1; o++) s = w(this, r[n + o], t, o), s === x && (s = this._$AH[o]), a ||= !he(s) || s !== this._$AH[o], s === S ? e = S : e !== S && (e += (s ?? "") + i[o + 1]), this._$AH[o] = s;
		}
		a && !r && this.j(e);
	}
	j(e) {
		e === S ? this.element.removeAttribute(this.name) : this.element.setAttribute(this.name, e ?? "");
	}
}, Pe = class extends Ne {
	constructor() {
		super(...arguments), this.type = 3;
	}
	j(e) {
		this.element[this.name] = e === S ? void 0 : e;
	}
}, Fe = class extends Ne {
	constructor() {
		super(...arguments), this.type = 4;
	}
	j(e) {
		this.element.toggleAttribute(this.name, !!e && e !== S);
	}
}, Ie = class extends Ne {
	constructor(e, t, n, r, i) {
		super(e, t, n, r, i), this.type = 5;
	}
	_$AI(e, t = this) {
		if ((e = w(this, e, t, 0) ?? S) === x) return;
		let n = this._$AH, r = e === S && n !== S || e.capture !== n.capture || e.once !== n.once || e.passive !== n.passive, i = e !== S && (n === S || r);
		r && this.element.removeEventListener(this.name, this, n), i && this.element.addEventListener(this.name, this, e), this._$AH = e;
	}
	handleEvent(e) {
		typeof this._$AH == "function" ? this._$AH.call(this.options?.host ?? this.element, e) : this._$AH.handleEvent(e);
	}
}, Le = class {
	constructor(e, t, n) {
		this.element = e, this.type = 6, this._$AN = void 0, this._$AM = t, this.options = n;
	}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AI(e) {
		w(this, e);
	}
}, Re = {
	M: de,
	P: _,
	A: fe,
	C: 1,
	L: ke,
	R: je,
	D: _e,
	V: w,
	I: Me,
	H: Ne,
	N: Fe,
	U: Ie,
	B: Pe,
	F: Le
}, ze = se.litHtmlPolyfillSupport;
ze?.(Ae, Me), (se.litHtmlVersions ??= []).push("3.3.3");
var Be = (e, t, n) => {
	let r = n?.renderBefore ?? t, i = r._$litPart$;
	if (i === void 0) {
		let e = n?.renderBefore ?? null;
		r._$litPart$ = i = new Me(t.insertBefore(me(), e), e, void 0, n ?? {});
	}
	return i._$AI(e), i;
}, Ve = globalThis, T = class extends g {
	constructor() {
		super(...arguments), this.renderOptions = { host: this }, this._$Do = void 0;
	}
	createRenderRoot() {
		let e = super.createRenderRoot();
		return this.renderOptions.renderBefore ??= e.firstChild, e;
	}
	update(e) {
		let t = this.render();
		this.hasUpdated || (this.renderOptions.isConnected = this.isConnected), super.update(e), this._$Do = Be(t, this.renderRoot, this.renderOptions);
	}
	connectedCallback() {
		super.connectedCallback(), this._$Do?.setConnected(!0);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this._$Do?.setConnected(!1);
	}
	render() {
		return x;
	}
};
T._$litElement$ = !0, T.finalized = !0, Ve.litElementHydrateSupport?.({ LitElement: T });
var He = Ve.litElementPolyfillSupport;
He?.({ LitElement: T }), (Ve.litElementVersions ??= []).push("4.2.2");
// node_modules/@lit/reactive-element/decorators/property.js
var Ue = {
	attribute: !0,
	type: String,
	converter: ie,
	reflect: !1,
	hasChanged: ae
}, We = (e = Ue, t, n) => {
	let { kind: r, metadata: i } = n, a = globalThis.litPropertyMetadata.get(i);
	if (a === void 0 && globalThis.litPropertyMetadata.set(i, a = /* @__PURE__ */ new Map()), r === "setter" && ((e = Object.create(e)).wrapped = !0), a.set(n.name, e), r === "accessor") {
		let { name: r } = n;
		return {
			set(n) {
				let i = t.get.call(this);
				t.set.call(this, n), this.requestUpdate(r, i, e, !0, n);
			},
			init(t) {
				return t !== void 0 && this.C(r, void 0, e, t), t;
			}
		};
	}
	if (r === "setter") {
		let { name: r } = n;
		return function(n) {
			let i = this[r];
			t.call(this, n), this.requestUpdate(r, i, e, !0, n);
		};
	}
	throw Error("Unsupported decorator location: " + r);
};
function E(e) {
	return (t, n) => typeof n == "object" ? We(e, t, n) : ((e, t, n) => {
		let r = t.hasOwnProperty(n);
		return t.constructor.createProperty(n, e), r ? Object.getOwnPropertyDescriptor(t, n) : void 0;
	})(e, t, n);
}
// node_modules/@lit/reactive-element/decorators/state.js
function D(e) {
	return E({
		...e,
		state: !0,
		attribute: !1
	});
}
// node_modules/@lit/reactive-element/decorators/base.js
var Ge = (e, t, n) => (n.configurable = !0, n.enumerable = !0, Reflect.decorate && typeof t != "object" && Object.defineProperty(e, t, n), n);
// node_modules/@lit/reactive-element/decorators/query.js
function Ke(e, t) {
	return (n, r, i) => {
		let a = (t) => t.renderRoot?.querySelector(e) ?? null;
		if (t) {
			let { get: e, set: t } = typeof r == "object" ? n : i ?? (() => {
				let e = Symbol();
				return {
					get() {
						return this[e];
					},
					set(t) {
						this[e] = t;
					}
				};
			})();
			return Ge(n, r, { get() {
				let n = e.call(this);
				return n === void 0 && (n = a(this), (n !== null || this.hasUpdated) && t.call(this, n)), n;
			} });
		}
		return Ge(n, r, { get() {
			return a(this);
		} });
	};
}
function qe(e) {
	if (typeof e != "object" || !e) throw Error("The card needs a configuration.");
	let { title: t, hide_when_empty: n, last: r, conversation: i } = e;
	if (t !== void 0 && typeof t != "string") throw Error("title: write a text.");
	if (n !== void 0 && typeof n != "boolean") throw Error("hide_when_empty: write true or false.");
	return Je("last", r, 5), Je("conversation", i, 10), e;
}
function Je(e, t, n) {
	if (!(t === void 0 || Number.isInteger(t) && Number(t) >= 0 && Number(t) <= n)) throw Error(`${e}: write a whole number from 0 to ${n}.`);
}
var Ye = [
	{
		name: "title",
		selector: { text: {} }
	},
	{
		name: "hide_when_empty",
		selector: { boolean: {} }
	},
	{
		name: "last",
		selector: { number: {
			min: 0,
			max: 5,
			mode: "box"
		} }
	},
	{
		name: "conversation",
		selector: { number: {
			min: 0,
			max: 10,
			mode: "box"
		} }
	}
], Xe = [
	"waiting",
	"on_its_way",
	"sent",
	"unknown",
	"failed",
	"declined",
	"expired",
	"refused",
	"wrong_proof",
	"replaced",
	"observed"
], Ze = {
	sent: "success",
	unknown: "warning",
	failed: "danger",
	refused: "danger",
	wrong_proof: "danger",
	waiting: "warning"
}, Qe = {
	authorised: "success",
	delivered: "success",
	handed_over: "success",
	arrived: "success",
	failed_later: "danger",
	failed: "danger",
	unknown: "warning",
	interrupted: "warning",
	refused: "danger",
	proof_failed: "danger"
}, $e = "pin";
function et(e) {
	return Ze[e] ?? "neutral";
}
function tt(e) {
	return Qe[e] ?? "neutral";
}
function O(e, t) {
	let n = e.map((e) => e.name ?? t.say("who.removed"));
	return new Intl.ListFormat(t.language, { type: "conjunction" }).format(n);
}
function nt(e, t) {
	return e.contact?.name ?? e.recipient ?? t.say(e.contact ? "who.removed" : "who.unknown");
}
function rt({ route: e, by_model: t, held_call: n, typed: r, who: i, place: a }) {
	return e === "action" && !t && !r && n === null && i === null && a === null;
}
function it(e, t) {
	if (rt(e)) return t.say("from.itself");
	let n = {}, r = e.typed ? "from.typed" : "from.said";
	return e.who !== null && (r += "_by", n.who = e.who), e.place !== null && (r += "_at", n.place = e.place), t.say(r, n);
}
function at(e, t) {
	let n = t.known(`route.${e.by_model ? "llm_tool" : e.route}`) ?? e.route, r = e.what ?? e.held_call;
	return r === null ? n : t.say("route.through", {
		kind: n,
		name: r
	});
}
function ot(e, t) {
	return t.known(`reason.${e}`) ?? t.say("reason.other", { id: e });
}
function st(e, t, n) {
	let r = n !== void 0 && rt(n);
	return e.map((e) => r && e === "unknown_origin" ? t.say("from.nobody") : ot(e, t));
}
function ct(e, t) {
	return e.outcome === "refuse" ? t.say("level.block") : t.say(`level.${e.outcome === "send" ? "none" : e.level}`);
}
function lt(e, t) {
	if (e.proved_by === null) return;
	let n = e.source === $e, r = n ? t.say("proved.pin") : t.known(`proved.${e.proved_by}`) ?? e.proved_by;
	return e.approver === null ? e.source === null || n ? r : t.say("proved.by_person", {
		means: r,
		who: e.source
	}) : t.say("proved.by_person", {
		means: r,
		who: e.approver
	});
}
function ut(e, t) {
	let n = e.via === null ? void 0 : t.known(`via.${e.via}`) ?? e.via;
	return e.by === null ? n : n === void 0 ? e.by : t.say("via.person", {
		who: e.by,
		via: n
	});
}
function dt(e, t, n) {
	let r = e.why_not ?? t.why_not;
	return r === null ? void 0 : n.known(`waiting.${r}`) ?? r;
}
function ft({ pin_of: [e] }, t) {
	return e === void 0 ? t.say("waiting.pin") : t.say("waiting.pin_of", { contact: O([e], t) });
}
function pt(e, t, n) {
	let { name: r, satellite_id: i } = e;
	return i === null ? r ?? n.texts.say("people.elsewhere") : r === null ? n.entityName(i) : t.filter((e) => e.name === r).length > 1 ? `${r} (${n.entityName(i)})` : r;
}
// src/services/conversation.ts
function mt(e, t) {
	return e.direction === "out" ? t.say("talk.to", { contact: nt(e, t) }) : t.say("talk.from", { contact: ht(e, t) });
}
function ht({ contact: e, sender: t }, n) {
	return e === null ? t === null ? n.say("who.unknown") : n.say("talk.stranger", { sender: t }) : e.name ?? n.say("who.removed");
}
function gt(e, t) {
	if (e.direction === "out") {
		let { outcome: n } = e;
		return {
			text: t.known(`outcome.${n}`) ?? n,
			tone: et(n)
		};
	}
	let { state: n, place: r, reasons: i } = e;
	return n === "read" ? {
		text: r === null ? t.say("talk.read") : t.say("talk.read_at", { place: r }),
		tone: "success"
	} : n === "dropped" ? {
		text: t.say(i.includes("forgotten") ? "talk.forgotten" : "talk.dropped"),
		tone: "neutral"
	} : {
		text: t.say(`talk.${n}`),
		tone: "warning"
	};
}
function _t({ for_somebody: e, for_whom: t }, n) {
	if (e) return t === null ? n.say("talk.for_somebody") : n.say("talk.for_whom", { who: t });
}
function vt(e, t) {
	return e.filter((e) => e.direction === "in" || !t.includes(e.request_id));
}
function yt({ unread: e }, { last: t, erased: n }) {
	let [r] = t;
	return [
		r?.request_id,
		r?.kind,
		n,
		...e.map(({ message_id: e }) => e)
	].join(" ");
}
var bt = 15e3, xt = {
	set: (e, t) => setTimeout(e, t),
	clear: (e) => clearTimeout(e)
}, St = class {
	constructor(e, t, n, r = xt) {
		this.connection = e, this.command = t, this.listener = n, this.timers = r, this.attempt = 0, this.wait = 500, this.ready = () => {
			this.forget(), this.unsubscribe = void 0, this.wait = 500, this.subscribe();
		}, this.disconnected = () => {
			this.forget(), this.unsubscribe = void 0, this.listener.lost({ error: { code: 3 } });
		};
	}
	start() {
		this.connection.addEventListener("ready", this.ready), this.connection.addEventListener("disconnected", this.disconnected), this.subscribe();
	}
	stop() {
		this.connection.removeEventListener("ready", this.ready), this.connection.removeEventListener("disconnected", this.disconnected), this.forget(), this.unsubscribe?.().catch(() => void 0), this.unsubscribe = void 0;
	}
	forget() {
		this.attempt += 1, this.timers.clear(this.timer);
	}
	async subscribe() {
		let e = this.attempt;
		try {
			let t = await this.connection.subscribeMessage((t) => {
				e === this.attempt && this.listener.heard(t);
			}, this.command, { resubscribe: !1 });
			if (e !== this.attempt) {
				t().catch(() => void 0);
				return;
			}
			this.unsubscribe = t, this.wait = 500;
		} catch (t) {
			if (e !== this.attempt) return;
			this.listener.lost(t), this.timer = this.timers.set(() => void this.subscribe(), this.wait), this.wait = Math.min(this.wait * 2, bt);
		}
	}
}, Ct = "message_guard", wt = [
	"config_panel",
	"issues",
	"exceptions"
], Tt = class {
	constructor(e, t) {
		this.localize = e, this.language = t, this.plurals = new Intl.PluralRules(t), this.numbers = new Intl.NumberFormat(t);
	}
	say(e, t) {
		return this.known(e, t) ?? e;
	}
	count(e, t, n) {
		let r = this.plurals.select(t) === "one" ? "one" : "other";
		return this.say(`${e}_${r}`, {
			...n,
			count: this.numbers.format(t)
		});
	}
	number(e) {
		return this.numbers.format(e);
	}
	known(e, t) {
		return this.found(`config_panel.${e}`, t);
	}
	issue(e, t) {
		return this.found(`issues.${e}.title`, t) ?? e;
	}
	exception(e, t) {
		return this.found(`exceptions.${e}.message`, t);
	}
	found(e, t) {
		return this.localize(`component.message_guard.${e}`, t) || void 0;
	}
}, Et = 3, Dt = 401;
function Ot(e) {
	if (e === Et) return { error: { code: Et } };
	if (typeof e != "object" || !e) return {};
	let { body: t, status_code: n } = e;
	return n === Dt ? { code: "unauthorized" } : typeof t == "object" && t ? t : e;
}
function kt(e) {
	let { error: t, code: n } = Ot(e);
	return typeof t == "object" && t.code === Et || n === Et;
}
function At(e) {
	return Ot(e).code === "unknown_command";
}
function jt(e) {
	return Ot(e).code === "unauthorized";
}
function Mt(e) {
	return Ot(e).translation_key;
}
function k(e, t) {
	if (kt(e)) return t.say("error.offline");
	if (At(e)) return t.say("error.starting");
	if (jt(e)) return t.say("error.forbidden");
	let { translation_key: n, translation_domain: r, translation_placeholders: i, message: a } = Ot(e);
	return (n !== void 0 && r === "message_guard" ? t.exception(n, i ?? {}) : void 0) || a || t.say("error.other");
}
// src/services/following.ts
function Nt({ overview: e, trouble: t }) {
	return e === void 0 ? void 0 : e.running && t === void 0;
}
function Pt(e, t) {
	return e === !0 && t === !1;
}
var Ft = class {
	constructor(e, t, n, r, i) {
		this.connection = e, this.clock = t, this.withOverview = n, this.changed = r, this.timers = i, this.view = {}, this.now = new St(e, { type: `${Ct}/now/subscribe` }, {
			heard: (e) => this.heard(e),
			lost: (e) => this.lost(e)
		}, i);
	}
	start() {
		this.now.start();
	}
	stop() {
		this.now.stop(), this.endOverview();
	}
	set(e) {
		this.view = e, this.changed();
	}
	heard(e) {
		this.clock.set(e.now), e.you.role === "administrator" ? this.beginOverview() : this.endOverview();
		let { overview: t } = this.view, n = e.you.role === "administrator" && t !== void 0;
		this.set(n ? {
			now: e,
			overview: t
		} : { now: e });
	}
	lost(e) {
		jt(e) ? (this.endOverview(), this.set({ trouble: e })) : this.set({
			...this.view,
			trouble: e
		});
	}
	beginOverview() {
		this.withOverview && !this.overview && (this.overview = new St(this.connection, { type: `${Ct}/overview/subscribe` }, {
			heard: (e) => this.heardOverview(e),
			lost: (e) => this.lostOverview(e)
		}, this.timers), this.overview.start());
	}
	endOverview() {
		this.overview?.stop(), this.overview = void 0;
	}
	heardOverview(e) {
		e.role === "nobody" ? this.lostOverview({ code: "unauthorized" }) : this.set({
			...this.view,
			overview: e
		});
	}
	lostOverview(e) {
		if (!jt(e)) return;
		let { overview: t, ...n } = this.view;
		this.set(n);
	}
}, It = class {
	constructor(e = Date.now) {
		this.now = e, this.ahead = 0;
	}
	set(e) {
		this.ahead = Date.parse(e) - this.now();
	}
	read() {
		return this.now() + this.ahead;
	}
	until(e) {
		return Math.max(0, Math.ceil((Date.parse(e) - this.read()) / 1e3));
	}
};
function Lt(e) {
	return `${Math.floor(e / 60)}:${String(e % 60).padStart(2, "0")}`;
}
// src/services/dates.ts
var Rt = class {
	constructor(e, t, n) {
		let r = t === void 0 ? {} : { timeZone: t }, i = n === void 0 ? {} : { hour12: n }, a = (t) => new Intl.DateTimeFormat(e, {
			...r,
			...t
		});
		this.clock = a({
			hour: "numeric",
			minute: "2-digit",
			...i
		}), this.clockSeconds = a({
			hour: "numeric",
			minute: "2-digit",
			second: "2-digit",
			...i
		}), this.shortDay = a({
			day: "numeric",
			month: "short"
		}), this.longDay = a({
			day: "numeric",
			month: "long",
			year: "numeric"
		}), this.sortable = new Intl.DateTimeFormat("en-CA", {
			...r,
			dateStyle: "short"
		}), this.plainDay = new Intl.DateTimeFormat(e, {
			day: "numeric",
			month: "short",
			timeZone: "UTC"
		});
	}
	time(e) {
		return this.clock.format(new Date(e));
	}
	timeWithSeconds(e) {
		return this.clockSeconds.format(new Date(e));
	}
	when(e, t) {
		let n = new Date(e), r = this.sortable.format(t);
		return this.sortable.format(n) === r ? this.clock.format(n) : `${this.shortDay.format(n)}, ${this.clock.format(n)}`;
	}
	full(e) {
		let t = new Date(e);
		return `${this.longDay.format(t)}, ${this.clock.format(t)}`;
	}
	day(e) {
		return this.plainDay.format(/* @__PURE__ */ new Date(`${e}T00:00:00Z`));
	}
};
function zt(e) {
	let { language: t, time_format: n, time_zone: r } = e.locale, i = n === "12" || n !== "24" && void 0;
	return new Rt(t, r === "server" ? e.config.time_zone : void 0, i);
}
var Bt = [
	["day", 86400],
	["hour", 3600],
	["minute", 60],
	["second", 1]
];
function Vt(e, t, n) {
	let r = Math.max(1, Math.round((Date.parse(t) - Date.parse(e)) / 1e3)), [i, a] = Bt.find(([, e]) => r >= e) ?? Bt[3];
	return new Intl.NumberFormat(n, {
		style: "unit",
		unit: i,
		unitDisplay: "long"
	}).format(Math.round(r / a));
}
// src/services/reader.ts
var Ht = class {
	constructor(e) {
		this.changed = e, this.chosen = "", this.clock = new It();
	}
	set(e) {
		this.hass = e, this.loading === e.language ? this.tell(e) : this.load(e);
	}
	async load(e) {
		let { language: t } = e;
		this.loading = t;
		try {
			let { localize: n } = e;
			for (let t of wt) n = await e.loadBackendTranslation(t, Ct);
			if (this.loading !== t) return;
			this.texts = new Tt(n, t), this.chosen = "", this.hass && this.tell(this.hass);
		} catch {
			this.loading === t && (this.loading = void 0);
		}
	}
	tell(e) {
		let t = JSON.stringify([
			e.locale,
			e.config.time_zone,
			e.themes.darkMode
		]);
		this.texts !== void 0 && t !== this.chosen && (this.chosen = t, this.changed({
			texts: this.texts,
			dates: zt(e),
			clock: this.clock,
			dark: e.themes.darkMode,
			entityName: (e) => this.hass?.states[e]?.attributes.friendly_name ?? e,
			ask: async (e, t) => {
				if (this.hass === void 0) throw { error: { code: 3 } };
				return this.hass.callWS({
					type: `${Ct}/${e}`,
					...t
				});
			},
			prove: async (e, t) => {
				if (this.hass === void 0) throw { error: { code: 3 } };
				return this.hass.callApi("POST", `${Ct}/pin`, {
					pin: e,
					...t
				});
			}
		}));
	}
}, A = o`
  :host {
    color: var(--primary-text-color);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.5;
    box-sizing: border-box;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3 {
    margin: 0;
    font-weight: 500;
    line-height: 1.3;
  }
  h2 {
    font-size: 1.25rem;
  }
  h3 {
    font-size: 1rem;
  }
  p {
    margin: 0;
  }
  a {
    color: inherit;
  }
  section,
  .box {
    display: block;
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
    border-radius: var(--ha-card-border-radius, 12px);
    padding: 16px;
  }
  .stack {
    display: grid;
    gap: 12px;
    grid-template-columns: minmax(0, 1fr);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .grow {
    flex: 1 1 12em;
    min-width: 0;
  }
  .dim {
    color: var(--secondary-text-color);
  }
  .words {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .success {
    color: var(--ha-color-on-success-normal, #00591e);
    background: var(--ha-color-fill-success-normal-resting, #d7f0de);
  }
  .danger {
    color: var(--ha-color-on-danger-normal, #8e1b13);
    background: var(--ha-color-fill-danger-normal-resting, #fde3e0);
  }
  .warning {
    color: var(--ha-color-on-warning-normal, #6a3d00);
    background: var(--ha-color-fill-warning-normal-resting, #fdeacc);
  }
  .neutral {
    color: var(--ha-color-on-neutral-normal, #3a3a3a);
    background: var(--ha-color-fill-neutral-normal-resting, #e8e8e8);
  }
  .badge {
    display: inline-block;
    padding: 1px 10px;
    border-radius: 12px;
    font-size: 0.85rem;
    white-space: nowrap;
  }
  .note {
    padding: 10px 14px;
    border-radius: 8px;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 40px;
    padding: 4px 16px;
    border: 1px solid transparent;
    border-radius: 20px;
    font: inherit;
    font-weight: 500;
    text-decoration: none;
    cursor: pointer;
  }
  button:not(.success, .danger, .warning, .plain),
  .button {
    color: var(--ha-color-on-neutral-normal, #3a3a3a);
    background: var(--ha-color-fill-neutral-normal-resting, #e8e8e8);
  }
  .note :is(button, .button):not(.plain) {
    border-color: currentColor;
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  button.plain {
    color: inherit;
    background: none;
  }
  :is(button, a, input, select, textarea, summary, [tabindex]):focus-visible {
    outline: 2px solid var(--primary-text-color);
    outline-offset: 2px;
  }
  label {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 4px;
    font-size: 0.85rem;
    color: var(--secondary-text-color);
  }
  input,
  select,
  textarea {
    min-height: 44px;
    width: 100%;
    padding: 8px 10px;
    font: inherit;
    font-size: 16px;
    color: var(--primary-text-color);
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: 1px solid var(--secondary-text-color);
    border-radius: 8px;
  }
  textarea {
    resize: vertical;
  }
  ul,
  ol {
    margin: 0;
    padding-inline-start: 20px;
  }
  ul.bare,
  ol.bare {
    list-style: none;
    padding: 0;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(7em, max-content) minmax(0, 1fr);
    gap: 4px 16px;
    margin: 0;
  }
  dt {
    color: var(--secondary-text-color);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  input,
  select {
    height: 44px;
  }
  summary {
    cursor: pointer;
    line-height: 32px;
  }
  summary > h2 {
    display: inline;
    font-size: 1rem;
  }
  details[open] > summary {
    margin-block-end: 8px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (max-width: 600px) {
    section,
    .box {
      padding: 12px;
    }
    dl {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    dd {
      margin-bottom: 8px;
    }
  }
`;
// \0@oxc-project+runtime@0.156.0/helpers/esm/decorate.js
function j(e, t, n, r) {
	var i = arguments.length, a = i < 3 ? t : r === null ? r = Object.getOwnPropertyDescriptor(t, n) : r, o;
	if (typeof Reflect == "object" && typeof Reflect.decorate == "function") a = Reflect.decorate(e, t, n, r);
	else for (var s = e.length - 1; s >= 0; s--) (o = e[s]) && (a = (i < 3 ? o(a) : i > 3 ? o(t, n, a) : o(t, n)) || a);
	return i > 3 && a && Object.defineProperty(t, n, a), a;
}
// src/elements/element.ts
var Ut = [];
function M(e) {
	return (t) => {
		Ut.push([e, t]);
	};
}
async function Wt() {
	await customElements.whenDefined("home-assistant");
	for (let [e, t] of Ut) customElements.get(e) === void 0 && customElements.define(e, t);
}
var N = class extends T {
	static {
		this.styles = A;
	}
};
j([E({ attribute: !1 })], N.prototype, "home", void 0);
function Gt(e, t = !1) {
	t ? history.replaceState(history.state, "", e) : history.pushState(null, "", e), window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace: t } }));
}
function P(e) {
	e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || (e.preventDefault(), Gt(e.currentTarget.getAttribute("href")));
}
var Kt = "/config/integrations/integration/message_guard", qt = "/config/repairs", Jt = {
	ATTRIBUTE: 1,
	CHILD: 2,
	PROPERTY: 3,
	BOOLEAN_ATTRIBUTE: 4,
	EVENT: 5,
	ELEMENT: 6
}, Yt = (e) => (...t) => ({
	_$litDirective$: e,
	values: t
}), Xt = class {
	constructor(e) {}
	get _$AU() {
		return this._$AM._$AU;
	}
	_$AT(e, t, n) {
		this._$Ct = e, this._$AM = t, this._$Ci = n;
	}
	_$AS(e, t) {
		return this.update(e, t);
	}
	update(e, t) {
		return this.render(...t);
	}
}, { I: Zt } = Re, Qt = (e) => e, $t = () => document.createComment(""), en = (e, t, n) => {
	let r = e._$AA.parentNode, i = t === void 0 ? e._$AB : t._$AA;
	if (n === void 0) n = new Zt(r.insertBefore($t(), i), r.insertBefore($t(), i), e, e.options);
	else {
		let t = n._$AB.nextSibling, a = n._$AM, o = a !== e;
		if (o) {
			let t;
			n._$AQ?.(e), n._$AM = e, n._$AP !== void 0 && (t = e._$AU) !== a._$AU && n._$AP(t);
		}
		if (t !== i || o) {
			let e = n._$AA;
			for (; e !== t;) {
				let t = Qt(e).nextSibling;
				Qt(r).insertBefore(e, i), e = t;
			}
		}
	}
	return n;
}, F = (e, t, n = e) => (e._$AI(t, n), e), tn = {}, nn = (e, t = tn) => e._$AH = t, rn = (e) => e._$AH, an = (e) => {
	e._$AR(), e._$AA.remove();
}, on = (e, t, n) => {
	let r = /* @__PURE__ */ new Map();
	for (let i = t; i <= n; i++) r.set(e[i], i);
	return r;
}, I = Yt(class extends Xt {
	constructor(e) {
		if (super(e), e.type !== Jt.CHILD) throw Error("repeat() can only be used in text expressions");
	}
	dt(e, t, n) {
		let r;
		n === void 0 ? n = t : t !== void 0 && (r = t);
		let i = [], a = [], o = 0;
		for (let t of e) i[o] = r ? r(t, o) : o, a[o] = n(t, o), o++;
		return {
			values: a,
			keys: i
		};
	}
	render(e, t, n) {
		return this.dt(e, t, n).values;
	}
	update(e, [t, n, r]) {
		let i = rn(e), { values: a, keys: o } = this.dt(t, n, r);
		if (!Array.isArray(i)) return this.ut = o, a;
		let s = this.ut ??= [], c = [], l, u, d = 0, f = i.length - 1, p = 0, m = a.length - 1;
		for (; d <= f && p <= m;) if (i[d] === null) d++;
		else if (i[f] === null) f--;
		else if (s[d] === o[p]) c[p] = F(i[d], a[p]), d++, p++;
		else if (s[f] === o[m]) c[m] = F(i[f], a[m]), f--, m--;
		else if (s[d] === o[m]) c[m] = F(i[d], a[m]), en(e, c[m + 1], i[d]), d++, m--;
		else if (s[f] === o[p]) c[p] = F(i[f], a[p]), en(e, i[d], i[f]), f--, p++;
		else if (l === void 0 && (l = on(o, p, m), u = on(s, d, f)), l.has(s[d])) {
			if (l.has(s[f])) {
				let t = u.get(o[p]), n = t === void 0 ? null : i[t];
				if (n === null) {
					let t = en(e, i[d]);
					F(t, a[p]), c[p] = t;
				} else c[p] = F(n, a[p]), en(e, i[d], n), i[t] = null;
				p++;
			} else an(i[f]), f--;
		} else an(i[d]), d++;
		for (; p <= m;) {
			let t = en(e, c[m + 1]);
			F(t, a[p]), c[p++] = t;
		}
		for (; d <= f;) {
			let e = i[d++];
			e !== null && an(e);
		}
		return this.ut = o, nn(e, c), x;
	}
}), sn = o`
  .message {
    width: fit-content;
    max-width: min(85%, 44em);
    padding: 8px 14px;
    border: 1px solid var(--divider-color, #e0e0e0);
    border-radius: 12px;
    border-start-start-radius: 2px;
  }
  .out {
    margin-inline-start: auto;
    border-radius: 12px;
    border-start-end-radius: 2px;
    background: var(--ha-color-fill-neutral-quiet-resting, rgba(127, 127, 127, 0.12));
  }
  button.plain {
    min-height: 24px;
    padding: 0;
    justify-self: start;
    text-decoration: underline;
  }
`;
function cn(e) {
	return e.direction === "in" ? e.message_id : e.request_id;
}
function ln(e, t, n) {
	let { texts: r, dates: i, clock: a } = t, { text: o, tone: s } = gt(e, r), c = e.direction === "in" ? _t(e, r) : void 0;
	return b`<li class="message ${e.direction} stack">
    <div class="line">
      <b>${mt(e, r)}</b><span class="dim">${i.when(e.at, a.read())}</span
      ><span class="badge ${s}">${o}</span>
    </div>
    <p class="words ${e.body === null ? "dim" : ""}">${e.body ?? r.say("history.no_words")}</p>
    ${c === void 0 ? S : b`<p class="dim">${c}</p>`}
    ${e.direction === "out" ? b`<button class="plain dim" @click=${() => n(e.request_id)}>${r.say("talk.story")}</button>` : S}
  </li>`;
}
// src/elements/last-messages.ts
var L = class extends N {
	constructor(...e) {
		super(...e), this.count = 0, this.waiting = "", this.latest = "";
	}
	static {
		this.styles = [A, sn];
	}
	willUpdate(e) {
		(e.has("latest") || e.has("count") || e.has("waiting")) && this.renew();
	}
	async renew() {
		let { latest: e, count: t, waiting: n } = this, r = n.split(" ").filter(Boolean), i = () => e !== this.latest || t !== this.count || n !== this.waiting;
		try {
			let { rows: e } = await this.home.ask("conversation/page", { limit: t + r.length });
			if (i()) return;
			this.rows = vt(e, r).slice(0, t), this.trouble = void 0;
		} catch (e) {
			if (i()) return;
			this.rows = void 0, this.trouble = e;
		}
	}
	render() {
		let { texts: e } = this.home;
		return this.trouble === void 0 ? this.rows === void 0 ? b`<p class="dim" role="status">${e.say("history.loading")}</p>` : this.rows.length ? b`<ul class="bare stack" aria-label=${e.say("talk.title")}>
      ${I(this.rows, cn, (e) => ln(e, this.home, this.story))}
    </ul>` : b`<p class="dim">${e.say("talk.nothing")}</p>` : b`<p role="alert" class="warning note">${k(this.trouble, e)}</p>`;
	}
};
j([E({ type: Number })], L.prototype, "count", void 0), j([E()], L.prototype, "waiting", void 0), j([E()], L.prototype, "latest", void 0), j([E({ attribute: !1 })], L.prototype, "story", void 0), j([D()], L.prototype, "rows", void 0), j([D()], L.prototype, "trouble", void 0), L = j([M("mg-last-messages")], L);
// src/elements/request-line.ts
var un = o`
  .request {
    display: grid;
    grid-template-columns: 9em minmax(8em, 1.3fr) minmax(0, 3fr) minmax(0, 1.7fr) 12em;
    align-items: center;
    gap: 0 12px;
    width: 100%;
    height: 48px;
    min-height: 0;
    padding: 0 8px;
    border: 0;
    border-radius: 8px;
    text-align: start;
    font-weight: 400;
    contain: strict;
  }
  .request:hover {
    background: var(--ha-color-fill-neutral-quiet-resting, rgba(127, 127, 127, 0.12));
  }
  .request:focus-visible {
    outline-offset: -2px;
  }
  .request > * {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .request .badge {
    justify-self: end;
    max-width: 100%;
  }
  @media (max-width: 800px) {
    .request {
      grid-template-columns: minmax(0, 1fr) auto;
      grid-template-rows: 22px 22px;
      align-content: center;
      line-height: 22px;
    }
    .request .at {
      order: 4;
      justify-self: end;
      font-size: 0.85rem;
    }
    .request .body {
      order: 3;
    }
    .request .badge {
      max-width: 45vw;
      line-height: 18px;
      padding: 0 8px;
      margin: 2px 0;
    }
    .request .from {
      display: none;
    }
  }
`;
function dn(e, t, n) {
	let { texts: r, dates: i, clock: a } = t;
	return b`<button class="plain request" @click=${() => n(e)}>
    <span class="at dim">${i.when(e.at, a.read())}</span>
    <span class="to">${nt(e, r)}</span>
    <span class="body ${e.body === null ? "dim" : ""}">${e.body ?? r.say("history.no_words")}</span>
    <span class="from dim">${it(e, r)}</span>
    <span class="badge ${et(e.outcome)}">${r.known(`outcome.${e.outcome}`) ?? e.outcome}</span>
  </button>`;
}
// src/elements/work.ts
var fn = class {
	constructor(e) {
		this.host = e, this.busy = !1, this.trouble = "";
	}
	async run(e) {
		this.tell(!0, "");
		try {
			await e(), this.tell(!1, "");
		} catch (e) {
			this.tell(!1, k(e, this.host.home.texts));
		}
	}
	tell(e, t) {
		this.busy = e, this.trouble = t, this.host.requestUpdate();
	}
}, pn = class extends N {
	constructor(...e) {
		super(...e), this.unread = [], this.offline = !1, this.work = new fn(this);
	}
	static {
		this.styles = [A, o`
      li + li {
        border-block-start: 1px solid var(--divider-color, #e0e0e0);
        padding-block-start: 12px;
      }
    `];
	}
	render() {
		let { texts: e, dates: t, clock: n } = this.home;
		return this.unread.length ? b`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${e.say("unread.title")}</h2>
      <ul class="bare stack">
        ${I(this.unread, (e) => e.message_id, (r) => b`<li class="line">
            <div class="grow">
              <p class="dim">
                ${e.say("unread.from", { contact: O([r.contact], e) })} ·
                ${t.when(r.at, n.read())}
              </p>
              <p class="words">${r.body}</p>
            </div>
            <button
              ?disabled=${this.offline || this.work.busy}
              aria-label="${e.say("unread.read")}: ${O([r.contact], e)}"
              @click=${() => this.read(r)}
            >
              ${e.say("unread.read")}
            </button>
          </li>`)}
      </ul>
      <p role="alert" class="danger note" ?hidden=${!this.work.trouble}>${this.work.trouble}</p>
    </section>` : S;
	}
	read({ message_id: e }) {
		this.work.run(() => this.home.ask("messages/read", { message_id: e }));
	}
};
j([E({ attribute: !1 })], pn.prototype, "unread", void 0), j([E({ type: Boolean })], pn.prototype, "offline", void 0), pn = j([M("mg-unread-list")], pn);
// src/elements/ticking.ts
var mn = class {
	constructor(e) {
		this.host = e, e.addController(this);
	}
	hostConnected() {
		this.timer = setInterval(() => this.host.requestUpdate(), 1e3);
	}
	hostDisconnected() {
		clearInterval(this.timer);
	}
}, hn = 2e3, gn = 10, R = class extends N {
	static {
		this.styles = [A, o`
      :host {
        display: block;
      }
      .body {
        font-size: 1.25rem;
        line-height: 1.4;
        border-inline-start: 3px solid var(--secondary-text-color);
        padding-inline-start: 12px;
      }
      h2 {
        font-size: 1rem;
      }
      .left {
        font-variant-numeric: tabular-nums;
      }
      .decide button {
        flex: 1 1 8em;
        min-height: 48px;
      }
    `];
	}
	constructor() {
		super(), this.offline = !1, this.busy = !1, this.trouble = "", this.pin = "", this.approve = () => this.decide((e) => this.you.needs_pin ? this.home.prove(this.pin, e) : this.home.ask("pending/approve", e)), this.decline = () => this.decide((e) => this.home.ask("pending/decline", { confirmation_id: e.confirmation_id })), this.save = () => this.decide((e) => this.home.ask("pending/edit", {
			...e,
			body: this.changing
		})), new mn(this);
	}
	willUpdate(e) {
		let t = e.get("message");
		t && t.confirmation_id !== this.message.confirmation_id ? (this.trouble = this.pin = "", this.changing = void 0) : t && t.bound !== this.message.bound && (this.trouble = this.home.texts.exception("not_as_seen", {}) ?? "", this.pin = "");
	}
	render() {
		let { texts: e } = this.home, { message: t } = this;
		return b`
      <article class="box stack" aria-labelledby="to">
        <div class="line">
          <h2 id="to" class="grow">${e.say("waiting.to", { contact: O(t.contacts, e) })}</h2>
          ${this.countdown()}
        </div>
        ${this.changing === void 0 ? this.words() : this.form(this.changing)}
        <p class="dim">${it(t, e)} · ${at(t, e)}</p>
        ${this.needs()} ${this.changing === void 0 ? this.buttons() : S}
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      </article>
    `;
	}
	countdown() {
		let { texts: e, clock: t } = this.home, n = t.until(this.message.expires_at), r = Lt(n);
		return b`<span
      class="badge left ${n <= gn ? "danger" : "neutral"}"
      role="timer"
      aria-label=${e.say("waiting.left", { time: r })}
      >${r}</span
    >`;
	}
	words() {
		let { texts: e } = this.home, { body: t, title: n, extras: r } = this.message, i = r.filter((e) => e !== "title");
		return b`
      ${n ? b`<p class="words"><strong>${n}</strong></p>` : S}
      <p class="body words" id="body">${t}</p>
      ${i.length ? b`<p class="dim">${e.say("waiting.also", { fields: i.join(", ") })}</p>` : S}
    `;
	}
	needs() {
		let { texts: e } = this.home, { level: t, usual_level: n } = this.message, r = t === n ? [] : st(this.message.reasons, e, this.message);
		return b`
      <p>
        ${e.say("waiting.needs", { level: e.say(`level.${t}`) })}
        ${r.length ? b`<span class="dim">${r.join(" ")}</span>` : S}
      </p>
    `;
	}
	buttons() {
		let { texts: e } = this.home, { you: t } = this, n = this.busy || this.offline, r = dt(t, this.message, e), i = t.may_approve && this.message.why_not === null;
		return b`
      ${i && t.needs_pin ? this.pinField() : S}
      <div class="line decide">
        ${i ? b`<button
              class="success"
              ?disabled=${n || t.needs_pin && !this.pin}
              aria-describedby="to"
              @click=${this.approve}
            >
              ${e.say("waiting.send")}
            </button>` : S}
        <button
          class="danger"
          ?disabled=${n}
          aria-describedby="to"
          @click=${this.decline}
        >
          ${e.say("waiting.decline")}
        </button>
        ${t.can_edit && this.message.editable ? b`<button ?disabled=${n} @click=${this.change}>${e.say("waiting.change")}</button>` : S}
      </div>
      ${r === void 0 ? S : b`<p class="dim">${r}</p>`}
    `;
	}
	pinField() {
		return b`<label
      >${ft(this.message, this.home.texts)}<input
        type="password"
        inputmode="numeric"
        autocomplete="off"
        maxlength="10"
        .value=${this.pin}
        @input=${(e) => this.pin = e.target.value}
        @keydown=${(e) => {
			e.key === "Enter" && this.pin && !this.busy && !this.offline && this.approve();
		}}
    /></label>`;
	}
	form(e) {
		let { texts: t } = this.home;
		return b`
      <label
        >${t.say("waiting.words")}<textarea
          rows="3"
          maxlength=${hn}
          .value=${e}
          @input=${(e) => this.changing = e.target.value}
        ></textarea>
      </label>
      <p class="dim">${t.say("waiting.change_note")}</p>
      <div class="line">
        <button class="success" ?disabled=${this.busy || this.offline || !e.trim()} @click=${this.save}>
          ${t.say("waiting.ask_again")}
        </button>
        <button @click=${() => this.changing = void 0}>${t.say("waiting.keep")}</button>
      </div>
    `;
	}
	async change() {
		this.changing = this.message.body, await this.updateComplete, this.renderRoot.querySelector("textarea")?.focus();
	}
	async decide(e) {
		this.busy = !0, this.trouble = "";
		try {
			let t = await e({
				confirmation_id: this.message.confirmation_id,
				bound: this.message.bound
			});
			this.changing = void 0, this.dispatchEvent(new CustomEvent("mg-answered", {
				detail: t.text,
				bubbles: !0,
				composed: !0
			}));
		} catch (e) {
			Mt(e) !== "not_pending" && (this.trouble = k(e, this.home.texts));
		} finally {
			this.busy = !1, this.pin = "";
		}
	}
};
j([E({ attribute: !1 })], R.prototype, "message", void 0), j([E({ attribute: !1 })], R.prototype, "you", void 0), j([E({ type: Boolean })], R.prototype, "offline", void 0), j([D()], R.prototype, "busy", void 0), j([D()], R.prototype, "trouble", void 0), j([D()], R.prototype, "changing", void 0), j([D()], R.prototype, "pin", void 0), R = j([M("mg-waiting-message")], R);
// src/elements/waiting-list.ts
var _n = 1e4, z = class extends N {
	static {
		this.styles = [A, o`
      :host {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
    `];
	}
	constructor() {
		super(), this.offline = !1, this.decided = 3, this.answer = "", this.addEventListener("mg-answered", (e) => {
			this.answer = e.detail, clearTimeout(this.forgetting), this.forgetting = setTimeout(() => this.answer = "", _n);
		});
	}
	render() {
		let { pending: e, decided: t, you: n } = this.now, { texts: r } = this.home;
		return b`
      <p class="unseen" role="status">${e.length ? r.count("waiting.count", e.length) : S}</p>
      ${I(e, (e) => e.confirmation_id, (e) => b`<mg-waiting-message
          .home=${this.home}
          .message=${e}
          .you=${n}
          ?offline=${this.offline}
        ></mg-waiting-message>`)}
      <p role="status" class="neutral note" ?hidden=${!this.answer}>${this.answer}</p>
      <ul class="bare stack" aria-live="polite" aria-label=${r.say("waiting.decided")}>
        ${I(t.slice(0, this.decided), (e) => e.confirmation_id, (e) => this.told(e))}
      </ul>
    `;
	}
	told(e) {
		let { texts: t, dates: n } = this.home, r = ut(e, t);
		return b`<li class="line">
      <span class="badge ${tt(e.step)}">${t.known(`step.${e.step}`) ?? e.step}</span>
      <span class="grow">${O(e.contacts, t)}${r === void 0 ? S : ` · ${r}`}</span>
      <span class="dim">${n.time(e.at)}</span>
    </li>`;
	}
};
j([E({ attribute: !1 })], z.prototype, "now", void 0), j([E({ type: Boolean })], z.prototype, "offline", void 0), j([E({ type: Number })], z.prototype, "decided", void 0), j([D()], z.prototype, "answer", void 0), z = j([M("mg-waiting-list")], z);
// src/elements/card.ts
var B = class extends T {
	constructor(...e) {
		super(...e), this.preview = !1, this.reader = new Ht((e) => {
			this.home = e, this.style.colorScheme = e.dark ? "dark" : "light", this.follow();
		});
	}
	static {
		this.styles = [
			A,
			un,
			o`
      :host {
        display: block;
      }
      .card {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
        padding: 12px 16px;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
        border-radius: var(--ha-card-border-radius, 12px);
      }
      .request {
        grid-template-columns: minmax(0, 1fr) auto;
        grid-template-rows: 22px 22px;
        align-content: center;
        line-height: 22px;
      }
      .request .at {
        order: 4;
        justify-self: end;
      }
      .request .body {
        order: 3;
      }
      .request .from {
        display: none;
      }
    `
		];
	}
	static getStubConfig() {
		return {
			hide_when_empty: !1,
			last: 0,
			conversation: 0
		};
	}
	static getConfigForm() {
		let e = (e) => (t, n) => new Tt(n, "en").known(`card.${t.name}${e}`) ?? (e ? "" : t.name);
		return {
			schema: Ye,
			computeLabel: e(""),
			computeHelper: e("_help"),
			assertConfig: qe
		};
	}
	set hass(e) {
		this.house = e, this.reader.set(e);
	}
	setConfig(e) {
		this.config = qe(e), this.restart();
	}
	getCardSize() {
		let { pending: e, unread: t } = this.following?.view.now ?? {}, { last: n = 0, conversation: r = 0 } = this.config ?? {};
		return 1 + 4 * (e?.length ?? 0) + 2 * (t?.length ?? 0) + n + 2 * r;
	}
	getGridOptions() {
		return {
			columns: 12,
			min_columns: 6,
			rows: "auto"
		};
	}
	connectedCallback() {
		super.connectedCallback(), this.follow();
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.following?.stop(), this.following = void 0;
	}
	restart() {
		this.following?.stop(), this.following = void 0, this.follow();
	}
	follow() {
		if (this.following || !this.isConnected || !this.house || !this.home || !this.config) return;
		let e = (this.config.last ?? 0) > 0 || (this.config.conversation ?? 0) > 0;
		this.following = new Ft(this.house.connection, this.home.clock, e, () => this.requestUpdate()), this.following.start();
	}
	updated() {
		let { now: e, trouble: t } = this.following?.view ?? {}, n = !e?.pending.length && !e?.decided.length && !e?.unread.length && t === void 0 && e?.guard?.state !== "not_running" && this.config?.hide_when_empty === !0 && !this.preview;
		n !== this.hidden && (this.hidden = n, this.dispatchEvent(new CustomEvent("card-visibility-changed", {
			detail: { value: !n },
			bubbles: !0,
			composed: !0
		})));
	}
	render() {
		let { home: e, config: t } = this;
		if (!e || !t) return S;
		let { texts: n } = e, { now: r, trouble: i } = this.following?.view ?? {};
		return b`<div class="card">
      ${t.title ? b`<h2>${t.title}</h2>` : S}
      ${i === void 0 ? S : b`<p role="alert" class="warning note">${k(i, n)}</p>`}
      ${r ? this.content(e) : S}
    </div>`;
	}
	content(e) {
		let { texts: t } = e, { now: n, overview: r, trouble: i } = this.following.view, { last: a = 0, conversation: o = 0 } = this.config;
		if (n.you.role === "nobody") return b`<p class="dim">${t.say("page.nothing_for_you")}</p>`;
		let s = n.guard?.state;
		return b`
      ${s === "off" || s === "not_running" ? b`<p class="${s === "off" ? "warning" : "danger"} note">${t.say(`guard.${s}`)}</p>` : S}
      <mg-waiting-list
        ?hidden=${!n.pending.length && !n.decided.length}
        .home=${e}
        .now=${n}
        .decided=${1}
        ?offline=${i !== void 0}
      ></mg-waiting-list>
      ${n.pending.length ? S : b`<p class="dim">${t.say("now.nothing_waits")}</p>`}
      <mg-unread-list .home=${e} .unread=${n.unread} ?offline=${i !== void 0}></mg-unread-list>
      ${r && a ? b`<ul class="bare">
            ${r.last.slice(0, a).map((t) => b`<li>${dn(t, e, vn)}</li>`)}
          </ul>` : S}
      ${r?.running && o ? b`<mg-last-messages
            .home=${e}
            .count=${o}
            .waiting=${n.pending.flatMap(({ request_ids: e }) => e).join(" ")}
            .latest=${yt(n, r)}
            .story=${yn}
          ></mg-last-messages>` : S}
    `;
	}
};
j([E({ type: Boolean })], B.prototype, "preview", void 0), j([D()], B.prototype, "config", void 0), j([D()], B.prototype, "home", void 0), j([E({
	attribute: !1,
	noAccessor: !0
})], B.prototype, "hass", null), B = j([M("message-guard-card")], B);
function vn({ request_id: e }) {
	yn(e);
}
function yn(e) {
	Gt(`/message-guard/history?request=${encodeURIComponent(e)}`);
}
// src/services/address.ts
var bn = [
	"now",
	"history",
	"people",
	"safety"
], xn = /^\d{4}-\d{2}-\d{2}$/;
function Sn(e, t) {
	let n = e.split("/")[1], r = bn.find((e) => e === n) ?? "now", i = new URLSearchParams(t), a = {};
	for (let e of [
		"contact_id",
		"satellite_id",
		"text"
	]) {
		let t = i.get(e);
		t && (a[e] = t);
	}
	for (let e of ["since", "until"]) {
		let t = i.get(e);
		t && xn.test(t) && (a[e] = t);
	}
	let o = i.get("outcomes")?.split(",").filter(Boolean);
	o?.length && (a.outcomes = o);
	let s = i.get("request");
	return s ? {
		page: r,
		filters: a,
		request: s
	} : {
		page: r,
		filters: a
	};
}
function Cn(e, t) {
	let n = new URLSearchParams(), { outcomes: r, ...i } = t.filters;
	for (let [e, t] of Object.entries(i)) t && n.set(e, t);
	r?.length && n.set("outcomes", r.join(",")), t.request && n.set("request", t.request);
	let a = n.toString();
	return `${e}/${t.page}${a && `?${a}`}`;
}
function wn(e, t, n) {
	let { [t]: r, ...i } = e;
	return n.length ? {
		...i,
		[t]: n
	} : i;
}
// src/services/module.ts
function Tn(e, t) {
	return e ? new URL(t).pathname.split("/").at(-1) !== e : !1;
}
// src/services/pages.ts
var En = class {
	constructor(e, t) {
		this.fetch = e, this.changed = t, this.rows = [], this.complete = !1, this.begun = !1, this.before = null;
	}
	get loading() {
		return this.running !== void 0;
	}
	more() {
		return this.complete ? Promise.resolve() : (this.running ??= this.next().finally(() => {
			this.running = void 0, this.changed();
		}), this.running);
	}
	async next() {
		try {
			let e = await this.fetch(this.before);
			this.rows = this.rows.concat(e.rows), this.before = e.before, this.complete = e.before === null, this.trouble = void 0;
		} catch (e) {
			this.trouble = e;
		}
		this.begun = !0;
	}
}, Dn = .1;
function On(e) {
	if (e <= 1) return 1;
	let t = 10 ** Math.floor(Math.log10(e));
	return ([
		1,
		2,
		5,
		10
	].find((n) => n * t >= e) ?? 10) * t;
}
function kn(e) {
	let t = e[0]?.values.length ?? 0, n = 0;
	for (let r = 0; r < t; r += 1) n = Math.max(n, e.reduce((e, { values: t }) => e + (t[r] ?? 0), 0));
	return n;
}
function An(e) {
	let t = e[0]?.values.length ?? 0, n = On(kn(e)), r = 100 / Math.max(t, 1), i = [];
	for (let a = 0; a < t; a += 1) {
		let t = 0;
		for (let { key: o, values: s } of e) {
			let e = 100 * (s[a] ?? 0) / n;
			e !== 0 && (t += e, i.push({
				key: o,
				x: r * a + r * Dn,
				y: 100 - t,
				width: r - 2 * Dn * r,
				height: e
			}));
		}
	}
	return i;
}
// src/elements/bar-chart.ts
var jn = [
	"sent",
	"declined",
	"refused",
	"expired",
	"failed"
], Mn = class extends N {
	constructor(...e) {
		super(...e), this.rows = [], this.names = [], this.heading = "";
	}
	static {
		this.styles = [A, o`
      :host {
        display: block;
        min-width: 0;
      }
      .plot {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 8px;
        font-size: 0.85rem;
      }
      .axis {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: end;
      }
      svg {
        width: 100%;
        height: 120px;
        border-block-end: 1px solid var(--secondary-text-color);
      }
      .columns {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
      }
      .sent {
        fill: var(--ha-color-fill-success-loud-resting, #1f8a46);
      }
      .declined {
        fill: var(--ha-color-fill-warning-loud-resting, #d97706);
      }
      .refused {
        fill: var(--ha-color-fill-danger-loud-resting, #c62828);
      }
      .expired {
        fill: var(--ha-color-fill-neutral-loud-resting, #6b6b6b);
      }
      .failed {
        fill: var(--primary-text-color);
      }
      .legend svg {
        width: 12px;
        height: 12px;
        border: 0;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .scroll {
        overflow: auto;
        max-height: 240px;
      }
      table {
        border-collapse: collapse;
      }
      th,
      td {
        padding: 2px 12px 2px 0;
        text-align: end;
        font-weight: 400;
      }
    `];
	}
	render() {
		let { texts: e } = this.home, t = jn.map((e) => ({
			key: e,
			values: this.rows.map((t) => t[e])
		})), n = this.names[Math.floor(this.names.length / 2)];
		return b`<div class="stack">
      <h3 id="name">${this.heading}</h3>
      <div class="plot">
        <div class="axis dim" aria-hidden="true"><span>${On(kn(t))}</span><span>0</span></div>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-labelledby="name">
          ${An(t).map(({ key: e, x: t, y: n, width: r, height: i }) => Ee`<rect class=${e} x=${t} y=${n} width=${r} height=${i}></rect>`)}
        </svg>
        <div class="columns dim" aria-hidden="true">
          <span>${this.names[0]}</span><span>${n}</span><span>${this.names.at(-1)}</span>
        </div>
      </div>
      <div class="line legend">
        ${jn.map((t) => b`<span
            ><svg viewBox="0 0 1 1" aria-hidden="true"><rect class=${t} width="1" height="1"></rect></svg>${e.say(`counted.${t}`)}</span
          >`)}
      </div>
      <details>
        <summary>${e.say("history.as_table")}</summary>
        <div class="scroll" tabindex="0" role="region" aria-label=${this.heading}>${this.table()}</div>
      </details>
    </div>`;
	}
	table() {
		let { texts: e } = this.home;
		return b`<table>
      <thead>
        <tr>
          <td></td>
          ${jn.map((t) => b`<th scope="col">${e.say(`counted.${t}`)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${this.rows.map((e, t) => b`<tr>
            <th scope="row">${this.names[t]}</th>
            ${jn.map((t) => b`<td>${e[t]}</td>`)}
          </tr>`)}
      </tbody>
    </table>`;
	}
};
j([E({ attribute: !1 })], Mn.prototype, "rows", void 0), j([E({ attribute: !1 })], Mn.prototype, "names", void 0), j([E()], Mn.prototype, "heading", void 0), Mn = j([M("mg-bar-chart")], Mn);
// src/elements/conversations.ts
var Nn = 20, V = class extends N {
	constructor(...e) {
		super(...e), this.contacts = [], this.latest = "", this.open = !1, this.contact = "", this.toggled = (e) => {
			this.open = e.target.open, this.open && this.begin();
		}, this.chosen = (e) => {
			this.contact = e.target.value, this.begin();
		}, this.story = (e) => {
			this.dispatchEvent(new CustomEvent("mg-open-request", {
				detail: e,
				bubbles: !0,
				composed: !0
			}));
		};
	}
	static {
		this.styles = [A, sn];
	}
	willUpdate(e) {
		this.open && this.hasUpdated && e.has("latest") && this.begin();
	}
	async begin() {
		let { contact: e } = this, t = new En((t) => this.home.ask("conversation/page", {
			limit: Nn,
			...e ? { contact_id: e } : {},
			...t === null ? {} : { before: t }
		}), () => this.requestUpdate());
		await t.more(), e === this.contact && (this.pages = t);
	}
	render() {
		let { texts: e } = this.home;
		return b`<section>
      <details @toggle=${this.toggled}>
        <summary><h2>${e.say("talk.title")}</h2></summary>
        ${this.open ? this.content() : S}
      </details>
    </section>`;
	}
	content() {
		let { texts: e } = this.home;
		return b`<div class="stack">
      <label
        >${e.say("talk.person")}<select @change=${this.chosen}>
          <option value="">${e.say("talk.everybody")}</option>
          ${this.contacts.map(({ id: t, name: n }) => b`<option value=${t}>${n ?? e.say("who.removed")}</option>`)}
        </select></label
      >
      ${this.pages === void 0 ? b`<p class="dim" role="status">${e.say("history.loading")}</p>` : this.messages(this.pages)}
    </div>`;
	}
	messages(e) {
		let { texts: t } = this.home, { rows: n, trouble: r, complete: i, loading: a } = e, o = t.say(r ? "history.again" : "talk.earlier");
		return b`
      <ul class="bare stack" aria-label=${t.say("talk.title")}>
        ${I(n, cn, (e) => ln(e, this.home, this.story))}
      </ul>
      ${i && !n.length ? b`<p class="dim">${t.say("talk.nothing")}</p>` : S}
      ${r ? b`<p role="alert" class="danger note">${k(r, t)}</p>` : S}
      ${i ? S : b`<button ?disabled=${a} @click=${() => e.more()}>${o}</button>`}
    `;
	}
};
j([E({ attribute: !1 })], V.prototype, "contacts", void 0), j([E()], V.prototype, "latest", void 0), j([D()], V.prototype, "open", void 0), j([D()], V.prototype, "contact", void 0), j([D()], V.prototype, "pages", void 0), V = j([M("mg-conversations")], V);
// src/elements/history-filters.ts
var Pn = 300, Fn = 200, In = class extends N {
	constructor(...e) {
		super(...e), this.filters = {};
	}
	static {
		this.styles = [A, o`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        align-items: end;
        gap: 12px;
      }
    `];
	}
	disconnectedCallback() {
		super.disconnectedCallback(), clearTimeout(this.pause);
	}
	render() {
		let { texts: e } = this.home, t = (this.choices?.contacts ?? []).map(({ id: t, name: n }) => [t, n ?? e.say("who.removed")]), n = this.choices?.places ?? [], r = n.map((e) => [e.satellite_id, pt(e, n, this.home)]), i = Xe.map((t) => [t, e.say(`outcome.${t}`)]);
		return b`
      ${this.select("contact_id", this.filters.contact_id, t)}
      ${this.select("satellite_id", this.filters.satellite_id, r)}
      ${this.select("outcomes", this.filters.outcomes?.[0], i)} ${this.date("since")} ${this.date("until")}
      <label
        >${e.say("history.text")}<input
          type="search"
          maxlength=${Fn}
          .value=${this.filters.text ?? ""}
          @input=${(e) => this.typed(e.target.value)}
      /></label>
    `;
	}
	select(e, t, n) {
		let { texts: r } = this.home;
		return b`<label
      >${r.say(`history.${e}`)}<select
        @change=${(t) => {
			let { value: n } = t.target;
			this.choose(e, e === "outcomes" && n ? [n] : n);
		}}
      >
        <option value="" ?selected=${!t}>${r.say("history.all")}</option>
        ${n.map(([e, n]) => b`<option value=${e} ?selected=${e === t}>${n}</option>`)}
      </select></label
    >`;
	}
	date(e) {
		return b`<label
      >${this.home.texts.say(`history.${e}`)}<input
        type="date"
        min=${this.choices?.first_day ?? ""}
        max=${this.choices?.today ?? ""}
        .value=${this.filters[e] ?? ""}
        @change=${(t) => this.choose(e, t.target.value)}
    /></label>`;
	}
	typed(e) {
		clearTimeout(this.pause), this.pause = setTimeout(() => this.choose("text", e.trim()), Pn);
	}
	choose(e, t) {
		let n = wn(this.filters, e, t);
		this.dispatchEvent(new CustomEvent("mg-filters", {
			detail: n,
			bubbles: !0,
			composed: !0
		}));
	}
};
j([E({ attribute: !1 })], In.prototype, "filters", void 0), j([E({ attribute: !1 })], In.prototype, "choices", void 0), In = j([M("mg-history-filters")], In);
// src/elements/copy-text.ts
var Ln = 3e3, H = class extends N {
	constructor(...e) {
		super(...e), this.text = "", this.name = "", this.lines = 2, this.copied = !1;
	}
	static {
		this.styles = [A, o`
      :host {
        display: block;
      }
      textarea {
        font-family: var(--ha-font-family-code, monospace);
        font-size: 13px;
        word-break: break-all;
      }
    `];
	}
	render() {
		let { texts: e } = this.home;
		return b`<div class="stack">
      <label>${this.name}<textarea readonly rows=${this.lines} .value=${this.text}></textarea></label>
      <div class="line">
        <button @click=${this.copy}>${e.say("copy.copy")}</button>
        <span role="status" class="dim">${this.copied ? e.say("copy.copied") : ""}</span>
      </div>
    </div>`;
	}
	async copy() {
		try {
			await navigator.clipboard.writeText(this.text);
		} catch {
			this.area.select(), document.execCommand("copy");
		}
		this.copied = !0, setTimeout(() => this.copied = !1, Ln);
	}
};
j([E()], H.prototype, "text", void 0), j([E()], H.prototype, "name", void 0), j([E({ type: Number })], H.prototype, "lines", void 0), j([D()], H.prototype, "copied", void 0), j([Ke("textarea")], H.prototype, "area", void 0), H = j([M("mg-copy-text")], H);
// src/elements/download.ts
function Rn(e, t = "") {
	let n = document.createElement("a");
	n.href = e, n.download = t, n.click();
}
// src/elements/ledger-tools.ts
var U = class extends N {
	constructor(...e) {
		super(...e), this.busy = !1, this.trouble = "", this.told = "", this.note = "", this.verify = () => this.work(async () => {
			let e = await this.home.ask("ledger/verify", { anew: !0 }), { texts: t } = this.home;
			this.verified = e, this.told = e.sound || e.problem === null ? t.count(e.sound ? "log.intact" : "log.not_intact", e.entries) : t.say("log.damaged", {
				number: e.problem.sequence,
				meaning: e.problem.meaning
			});
		}), this.export = (e) => this.work(async () => {
			let { path: t } = await this.home.ask("ledger/export", {
				form: e,
				words: !0
			});
			Rn(t);
		}), this.sign = () => this.work(async () => {
			let { note: e } = await this.home.ask("ledger/checkpoint");
			e === null ? this.told = this.home.texts.say("log.nothing_new") : this.note = e;
		}), this.erase = (e) => this.work(async () => {
			let { entries: t } = await this.home.ask("ledger/erase", { ...e });
			this.erasing = void 0, this.told = this.home.texts.count("erase.erased", t), this.dispatchEvent(new CustomEvent("mg-erased", {
				bubbles: !0,
				composed: !0
			}));
		});
	}
	render() {
		let { texts: e } = this.home;
		return b`<section>
      <details>
        <summary><h2>${e.say("log.title")}</h2></summary>
        <div class="stack">${this.content()}</div>
      </details>
    </section>`;
	}
	content() {
		let { texts: e } = this.home;
		return b`
      <div class="line">
        ${this.button("log.verify", this.verify)} ${this.button("log.export_jsonl", () => this.export("jsonl"))}
        ${this.button("log.export_csv", () => this.export("csv"))} ${this.button("log.sign", this.sign)}
      </div>
      <p role="status" class="${this.verified?.sound === !1 ? "danger" : "success"} note" ?hidden=${!this.told}>
        ${this.told}
      </p>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      ${this.note ? b`<p class="dim">${e.say("log.sign_note")}</p>
            <mg-copy-text .home=${this.home} .text=${this.note} .name=${e.say("log.signed")} .lines=${6}></mg-copy-text>` : S}
      ${this.eraser()}
    `;
	}
	button(e, t) {
		return b`<button ?disabled=${this.busy} @click=${t}>${this.home.texts.say(e)}</button>`;
	}
	eraser() {
		let { texts: e } = this.home, { erasing: t } = this, n = this.choices?.contacts ?? [];
		return b`<details>
      <summary>${e.say("erase.title")}</summary>
      <div class="stack">
        <p class="dim">${e.say("erase.stays")}</p>
        <div class="line">
          <label class="grow"
            >${e.say("erase.contact")}<select
              @change=${(e) => {
			let { value: t } = e.target;
			this.erasing = t ? {
				scope: "contact",
				contact_id: t
			} : void 0;
		}}
            >
              <option value="" ?selected=${t?.scope !== "contact"}>–</option>
              ${n.map(({ id: n, name: r }) => b`<option
                  value=${n}
                  ?selected=${t?.scope === "contact" && t.contact_id === n}
                >
                  ${r ?? e.say("who.removed")}
                </option>`)}
            </select></label
          >
          <label class="grow"
            >${e.say("erase.before")}<input
              type="date"
              max=${this.choices?.today ?? ""}
              .value=${t?.scope === "before" ? t.day : ""}
              @change=${(e) => {
			let { value: t } = e.target;
			this.erasing = t ? {
				scope: "before",
				day: t
			} : void 0;
		}}
          /></label>
        </div>
        ${t === void 0 ? S : b`<div class="note warning stack">
              <p>${this.question(t)}</p>
              <div class="line">
                <button class="danger" ?disabled=${this.busy} @click=${() => this.erase(t)}>
                  ${e.say("erase.do")}
                </button>
                <button @click=${() => this.erasing = void 0}>${e.say("erase.keep")}</button>
              </div>
            </div>`}
      </div>
    </details>`;
	}
	question(e) {
		let { texts: t, dates: n } = this.home;
		if (e.scope === "before") return t.say("erase.before_note", { day: n.day(e.day) });
		let r = this.choices?.contacts.find(({ id: t }) => t === e.contact_id)?.name;
		return t.say("erase.contact_note", { contact: r ?? t.say("who.removed") });
	}
	async work(e) {
		this.busy = !0, this.trouble = this.told = "", this.verified = void 0;
		try {
			await e();
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		} finally {
			this.busy = !1;
		}
	}
};
j([E({ attribute: !1 })], U.prototype, "choices", void 0), j([D()], U.prototype, "busy", void 0), j([D()], U.prototype, "trouble", void 0), j([D()], U.prototype, "told", void 0), j([D()], U.prototype, "verified", void 0), j([D()], U.prototype, "note", void 0), j([D()], U.prototype, "erasing", void 0), U = j([M("mg-ledger-tools")], U);
// node_modules/lit-html/directives/guard.js
var zn = {}, Bn = Yt(class extends Xt {
	constructor() {
		super(...arguments), this.ot = zn;
	}
	render(e, t) {
		return t();
	}
	update(e, [t, n]) {
		if (Array.isArray(t)) {
			if (Array.isArray(this.ot) && this.ot.length === t.length && t.every((e, t) => e === this.ot[t])) return x;
		} else if (this.ot === t) return x;
		return this.ot = Array.isArray(t) ? Array.from(t) : t, this.render(t, n);
	}
}), Vn = "important", Hn = " !" + Vn, Un = Yt(class extends Xt {
	constructor(e) {
		if (super(e), e.type !== Jt.ATTRIBUTE || e.name !== "style" || e.strings?.length > 2) throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.");
	}
	render(e) {
		return Object.keys(e).reduce((t, n) => {
			let r = e[n];
			return r == null ? t : t + `${n = n.includes("-") ? n : n.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g, "-$&").toLowerCase()}:${r};`;
		}, "");
	}
	update(e, [t]) {
		let { style: n } = e.element;
		if (this.ft === void 0) return this.ft = new Set(Object.keys(t)), this.render(t);
		for (let e of this.ft) t[e] ?? (this.ft.delete(e), e.includes("-") ? n.removeProperty(e) : n[e] = null);
		for (let e in t) {
			let r = t[e];
			if (r != null) {
				this.ft.add(e);
				let t = typeof r == "string" && r.endsWith(Hn);
				e.includes("-") || t ? n.setProperty(e, t ? r.slice(0, -11) : r, t ? Vn : "") : n[e] = r;
			}
		}
		return x;
	}
});
function Wn(e, t, n) {
	let r = Math.floor(e / 48) - 12, i = Math.ceil((e + t) / 48) + 12, a = Math.min(Math.max(r, 0), n);
	return {
		first: a,
		end: Math.min(Math.max(i, a), n)
	};
}
function Gn(e, t) {
	return e.end + 24 >= t;
}
// src/elements/scroller.ts
function Kn(e) {
	let t = e;
	for (; t !== null;) {
		if (t instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(t).overflowY)) return t;
		t = t.assignedSlot ?? (t instanceof ShadowRoot ? t.host : t.parentNode);
	}
	return document.documentElement;
}
// src/elements/request-list.ts
var qn = class extends N {
	constructor(...e) {
		super(...e), this.revision = 0, this.shown = {
			first: 0,
			end: 0
		}, this.look = () => {
			let { scroller: e } = this;
			if (e === void 0) return;
			let t = e.clientHeight, n = e.getBoundingClientRect().top - this.getBoundingClientRect().top, { length: r } = this.pages.rows, i = Wn(n, t, r);
			(i.first !== this.shown.first || i.end !== this.shown.end) && (this.shown = i);
			let { complete: a, loading: o, trouble: s } = this.pages;
			!a && !o && s === void 0 && Gn(i, r) && this.more();
		}, this.open = (e) => {
			this.dispatchEvent(new CustomEvent("mg-open-request", {
				detail: e.request_id,
				bubbles: !0,
				composed: !0
			}));
		};
	}
	static {
		this.styles = [
			A,
			un,
			o`
      :host {
        display: block;
      }
      .all {
        position: relative;
        overflow-anchor: none;
      }
      .row {
        position: absolute;
        inset-inline: 0;
        height: 48px;
        contain: strict;
      }
    `
		];
	}
	connectedCallback() {
		super.connectedCallback(), this.scroller = Kn(this), this.scroller.addEventListener("scroll", this.look, { passive: !0 }), window.addEventListener("resize", this.look);
	}
	disconnectedCallback() {
		super.disconnectedCallback(), this.scroller?.removeEventListener("scroll", this.look), window.removeEventListener("resize", this.look);
	}
	render() {
		let { texts: e } = this.home, { rows: t, trouble: n, loading: r, begun: i } = this.pages;
		return b`
      <div
        class="all"
        role="list"
        aria-label=${e.say("history.requests")}
        aria-busy=${r}
        style=${Un({ height: `${t.length * 48}px` })}
      >
        ${I(t.slice(this.shown.first, this.shown.end), ({ request_id: e }) => e, (e, t) => this.row(e, this.shown.first + t))}
      </div>
      ${i && !r && !t.length && !n ? b`<p class="dim">${e.say("history.nothing")}</p>` : S}
      ${r ? b`<p class="dim" role="status">${e.say("history.loading")}</p>` : S}
      ${n ? b`<p role="alert" class="danger note line">
            <span class="grow">${k(n, e)}</span>
            <button @click=${() => this.more()}>${e.say("history.again")}</button>
          </p>` : S}
    `;
	}
	row(e, t) {
		let n = this.pages.complete ? this.pages.rows.length : -1;
		return b`<div
      class="row"
      role="listitem"
      aria-posinset=${t + 1}
      aria-setsize=${n}
      style=${Un({ top: `${t * 48}px` })}
    >
      ${Bn([e, this.home], () => dn(e, this.home, this.open))}
    </div>`;
	}
	updated(e) {
		(e.has("pages") || e.has("revision")) && this.look();
	}
	more() {
		this.pages.more(), this.requestUpdate();
	}
};
j([E({ attribute: !1 })], qn.prototype, "pages", void 0), j([E({ type: Number })], qn.prototype, "revision", void 0), j([D()], qn.prototype, "shown", void 0), qn = j([M("mg-request-list")], qn);
// src/elements/history-page.ts
var Jn = 100, Yn = 30, W = class extends N {
	static {
		this.styles = [A, o`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      .charts {
        display: grid;
        gap: 16px 32px;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr));
      }
    `];
	}
	constructor() {
		super(), this.filters = {}, this.latest = "", this.came = "", this.erased = 0, this.narrow = !1, this.revision = 0, this.newer = !1, this.anew = () => {
			this.begin(), this.count();
		}, this.addEventListener("mg-erased", this.anew);
	}
	willUpdate(e) {
		e.has("ready") && Pt(this.ready, e.get("ready")) || this.hasUpdated && e.has("erased") ? this.anew() : e.has("filters") ? this.begin() : e.get("latest") && (this.newer = !0);
	}
	firstUpdated() {
		this.count();
	}
	begin() {
		this.newer = !1;
		let e = new En((e) => this.home.ask("requests/page", {
			...this.filters,
			limit: Jn,
			...e === null ? {} : { before: e }
		}), () => {
			e === this.pages && (this.revision += 1);
		});
		this.pages = e, this.revision += 1;
	}
	async count() {
		try {
			this.choices = await this.home.ask("requests/filters"), this.statistics = await this.home.ask("requests/statistics", { days: Yn });
		} catch {}
	}
	render() {
		let { texts: e } = this.home;
		return b`
      <section>
        <details ?open=${!this.narrow}>
          <summary><h2>${e.say("history.charts")}</h2></summary>
          ${this.statistics ? this.charts(this.statistics) : S}
        </details>
      </section>
      <mg-conversations
        .home=${this.home}
        .contacts=${this.choices?.contacts ?? []}
        .latest=${`${this.latest} ${this.came} ${this.erased}`}
      ></mg-conversations>
      <mg-ledger-tools .home=${this.home} .choices=${this.choices}></mg-ledger-tools>
      <section class="stack" aria-labelledby="requests">
        <div class="line">
          <h2 id="requests" class="grow">${e.say("history.requests")}</h2>
          ${this.choices ? b`<span class="dim">${e.count("history.total", this.choices.total)}</span>` : S}
        </div>
        <mg-history-filters
          .home=${this.home}
          .filters=${this.filters}
          .choices=${this.choices}
        ></mg-history-filters>
        ${this.newer ? b`<button @click=${this.anew}>${e.say("history.newer")}</button>` : S}
        <mg-request-list .home=${this.home} .pages=${this.pages} .revision=${this.revision}></mg-request-list>
      </section>
    `;
	}
	charts({ days: e, hours: t }) {
		let { texts: n, dates: r } = this.home;
		return b`<div class="charts">
      <mg-bar-chart
        .home=${this.home}
        .rows=${e}
        .names=${e.map(({ day: e }) => r.day(e))}
        .heading=${n.count("history.by_day", e.length)}
      ></mg-bar-chart>
      <mg-bar-chart
        .home=${this.home}
        .rows=${t}
        .names=${t.map(({ hour: e }) => String(e))}
        .heading=${n.say("history.by_hour")}
      ></mg-bar-chart>
    </div>`;
	}
};
j([E({ attribute: !1 })], W.prototype, "filters", void 0), j([E()], W.prototype, "latest", void 0), j([E()], W.prototype, "came", void 0), j([E({ type: Number })], W.prototype, "erased", void 0), j([E({ attribute: !1 })], W.prototype, "ready", void 0), j([E({ type: Boolean })], W.prototype, "narrow", void 0), j([D()], W.prototype, "pages", void 0), j([D()], W.prototype, "revision", void 0), j([D()], W.prototype, "choices", void 0), j([D()], W.prototype, "statistics", void 0), j([D()], W.prototype, "newer", void 0), W = j([M("mg-history-page")], W);
// src/elements/guard-line.ts
var Xn = {
	guarding: "success",
	watching: "warning",
	off: "warning",
	not_running: "danger"
}, G = class extends N {
	constructor(...e) {
		super(...e), this.offline = !1, this.busy = !1, this.trouble = "", this.asking = !1, this.pin = "";
	}
	static {
		this.styles = [A, o`
      :host {
        display: block;
      }
      .note {
        border-radius: var(--ha-card-border-radius, 12px);
        padding: 12px 16px;
      }
      strong {
        font-size: 1.1rem;
        font-weight: 500;
      }
      .switch {
        gap: 10px;
        padding: 4px 8px;
      }
      .track {
        width: 44px;
        height: 24px;
        border: 2px solid currentColor;
        border-radius: 12px;
        padding: 2px;
      }
      .thumb {
        display: block;
        width: 16px;
        height: 16px;
        border-radius: 50%;
        background: currentColor;
        opacity: 0.6;
        transition: transform 0.15s;
      }
      [aria-checked="true"] .thumb {
        transform: translateX(20px);
        opacity: 1;
      }
      [aria-checked="true"]:dir(rtl) .thumb {
        transform: translateX(-20px);
      }
      @media (prefers-reduced-motion: reduce) {
        .thumb {
          transition: none;
        }
      }
    `];
	}
	render() {
		let { texts: e } = this.home, { state: t } = this.guard;
		return b`
      <div class="note stack ${Xn[t]}" role=${t === "not_running" ? "alert" : "status"}>
        <div class="line">
          <div class="grow">
            <strong>${e.say(`guard.${t}`)}</strong>
            <p>${this.explained()}</p>
          </div>
          ${t === "not_running" ? this.wayOut() : this.toggle()}
        </div>
        ${this.asking ? this.pinForm() : S}
      </div>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    `;
	}
	explained() {
		let { texts: e, dates: t, clock: n } = this.home, { state: r, off: i, not_running: a } = this.guard;
		if (r === "not_running") return e.known(`not_running.${a}`) ?? e.say("not_running.failed");
		if (r !== "off" || i === null) return e.say(`guard.${r}_note`);
		let o = i.since === null ? void 0 : t.when(i.since, n.read()), s = `off.${i.why}${i.by === null ? "" : "_by"}${o === void 0 ? "" : "_since"}`, c = {
			by: i.by ?? "",
			since: o ?? ""
		};
		return e.known(s, c) ?? e.known(`off.${i.why}`) ?? e.say("off.unknown");
	}
	wayOut() {
		return this.you.role === "administrator" ? b`<a class="button" href=${Kt} @click=${P}>${this.home.texts.say("not_running.open")}</a>` : S;
	}
	toggle() {
		let { texts: e } = this.home, t = this.guard.state !== "off";
		return b`<button
      class="plain switch"
      role="switch"
      aria-checked=${t}
      ?disabled=${this.busy || this.offline || !t && !this.you.may_switch}
      @click=${() => this.press(!t)}
    >
      ${e.say("guard.switch")}<span class="track" aria-hidden="true"><span class="thumb"></span></span>
    </button>`;
	}
	pinForm() {
		let { texts: e } = this.home;
		return b`<form
      class="line"
      @submit=${(e) => {
			e.preventDefault(), this.pin && !this.busy && !this.offline && this.set(() => this.home.prove(this.pin, { allowed: !0 }));
		}}
    >
      <label class="grow"
        >${e.say("waiting.pin")}<input
          type="password"
          inputmode="numeric"
          autocomplete="off"
          maxlength="10"
          .value=${this.pin}
          @input=${(e) => this.pin = e.target.value}
      /></label>
      <button ?disabled=${!this.pin || this.busy || this.offline}>${e.say("guard.switch_on")}</button>
    </form>`;
	}
	press(e) {
		e && this.you.needs_pin ? this.asking = !0 : this.set(() => this.home.ask("sending/set", { allowed: e }));
	}
	async set(e) {
		this.busy = !0, this.trouble = "";
		try {
			await e(), this.asking = !1;
		} catch (e) {
			this.trouble = k(e, this.home.texts), Mt(e) === "pin_needed" && (this.asking = !0);
		} finally {
			this.busy = !1, this.pin = "";
		}
	}
};
j([E({ attribute: !1 })], G.prototype, "guard", void 0), j([E({ attribute: !1 })], G.prototype, "you", void 0), j([E({ type: Boolean })], G.prototype, "offline", void 0), j([D()], G.prototype, "busy", void 0), j([D()], G.prototype, "trouble", void 0), j([D()], G.prototype, "asking", void 0), j([D()], G.prototype, "pin", void 0), G = j([M("mg-guard-line")], G);
// src/elements/todo-list.ts
var K = class extends N {
	constructor(...e) {
		super(...e), this.todo = [], this.offline = !1, this.busy = "", this.trouble = "";
	}
	render() {
		if (!this.todo.length) return S;
		let { texts: e } = this.home;
		return b`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${e.say("todo.title")}</h2>
      <ul class="bare stack">
        ${I(this.todo, (e) => e.id, (e) => b`<li class="line">
            <div class="grow">${this.told(e)}</div>
            ${this.buttons(e)}
          </li>`)}
      </ul>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    </section>`;
	}
	told(e) {
		let { texts: t } = this.home;
		switch (e.kind) {
			case "issue": return t.issue(e.key ?? "", e.placeholders ?? {});
			case "name_heard": return t.count("todo.name_heard", e.times ?? 0, { name: e.name ?? "" });
			case "unlisted": return t.count("todo.unlisted", e.times ?? 0, { target: e.target ?? "" });
			default: return t.known(`todo.${e.kind}`) ?? e.kind;
		}
	}
	buttons(e) {
		let { texts: t } = this.home, n = new Set(e.can);
		return b`
      ${n.has("alias") ? (e.like ?? []).map((t) => this.alias(e, t)) : S}
      ${n.has("fix") ? this.button(e, t.say("todo.fix"), "todo/fix", { todo_id: e.id }) : S}
      ${n.has("ignore") ? this.button(e, t.say("todo.ignore"), "todo/ignore", { todo_id: e.id }) : S}
      ${n.has("dismiss") ? this.button(e, t.say("todo.dismiss"), "names/dismiss", { name: e.name }) : S}
      ${n.has("contact") ? this.link("todo.contact", Kt) : S}
      ${n.has("configure") ? this.link("todo.configure", Kt) : S}
      ${n.has("repairs") ? this.link("todo.repairs", qt) : S}
    `;
	}
	alias(e, t) {
		let n = this.home.texts.say("todo.alias", { contact: t.name ?? "" });
		return this.button(e, n, "names/make_alias", {
			contact_id: t.id,
			alias: e.name
		});
	}
	link(e, t) {
		return b`<a class="button" href=${t} @click=${P}>${this.home.texts.say(e)}</a>`;
	}
	button(e, t, n, r) {
		return b`<button
      ?disabled=${this.offline || this.busy === e.id}
      aria-label="${t}: ${this.told(e)}"
      @click=${() => this.press(e, n, r)}
    >
      ${t}
    </button>`;
	}
	async press(e, t, n) {
		this.busy = e.id, this.trouble = "";
		try {
			await this.home.ask(t, n);
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		} finally {
			this.busy = "";
		}
	}
};
j([E({ attribute: !1 })], K.prototype, "todo", void 0), j([E({ type: Boolean })], K.prototype, "offline", void 0), j([D()], K.prototype, "busy", void 0), j([D()], K.prototype, "trouble", void 0), K = j([M("mg-todo-list")], K);
// src/elements/now-page.ts
var Zn = [
	"sent",
	"declined",
	"refused",
	"expired",
	"failed",
	"observed"
], Qn = class extends N {
	constructor(...e) {
		super(...e), this.offline = !1, this.open = (e) => {
			this.dispatchEvent(new CustomEvent("mg-open-request", {
				detail: e.request_id,
				bubbles: !0,
				composed: !0
			}));
		};
	}
	static {
		this.styles = [
			A,
			un,
			o`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      .counts {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 24px;
      }
      .counts b {
        font-size: 1.25rem;
        font-weight: 500;
        margin-inline-end: 4px;
      }
    `
		];
	}
	render() {
		let { now: e, overview: t, home: n } = this, r = t?.running === !0 && t.contacts === 0;
		return b`
      ${e.guard === null ? S : b`<mg-guard-line .home=${n} .guard=${e.guard} .you=${e.you} ?offline=${this.offline}></mg-guard-line>`}
      ${r && !e.pending.length ? this.firstSteps(t) : b`<mg-waiting-list .home=${n} .now=${e} ?offline=${this.offline}></mg-waiting-list>
            ${e.pending.length || e.guard?.state === "not_running" ? S : b`<p class="dim">${n.texts.say("now.nothing_waits")}</p>`}
            <mg-unread-list .home=${n} .unread=${e.unread} ?offline=${this.offline}></mg-unread-list>
            ${t?.running ? this.rest(t) : S}`}
    `;
	}
	rest(e) {
		return b`
      <mg-todo-list .home=${this.home} .todo=${e.todo} ?offline=${this.offline}></mg-todo-list>
      ${this.today(e)}
    `;
	}
	today(e) {
		let { texts: t } = this.home, n = Zn.filter((t) => e.today[t]);
		return b`<section class="stack" aria-labelledby="today">
      <h2 id="today">${t.say("now.today")}</h2>
      ${n.length ? b`<p class="counts">
            ${n.map((n) => b`<span><b>${e.today[n]}</b>${t.say(`counted.${n}`)}</span>`)}
          </p>` : b`<p class="dim">${t.say("now.nothing_today")}</p>`}
      ${e.last.length ? b`<h3>${t.say("now.last")}</h3>
            <ul class="bare">
              ${e.last.map((e) => b`<li>${dn(e, this.home, this.open)}</li>`)}
            </ul>` : S}
    </section>`;
	}
	firstSteps(e) {
		let { texts: t } = this.home, n = b`<a class="button" href=${Kt} @click=${P}>${t.say("first.open")}</a>`;
		return b`<section class="stack" aria-labelledby="first">
      <h2 id="first">${t.say("first.title")}</h2>
      <ol class="stack">
        <li>${t.say("first.contact")}</li>
        <li>${t.say(e.assistants ? "first.assistant_done" : "first.assistant")}</li>
        <li>${t.say("first.say")}</li>
      </ol>
      <div class="line">${n}</div>
    </section>`;
	}
};
j([E({ attribute: !1 })], Qn.prototype, "now", void 0), j([E({ attribute: !1 })], Qn.prototype, "overview", void 0), j([E({ type: Boolean })], Qn.prototype, "offline", void 0), Qn = j([M("mg-now-page")], Qn);
// src/elements/levels-table.ts
var $n = 50, q = class extends N {
	constructor(...e) {
		super(...e), this.wanted = "";
	}
	static {
		this.styles = [A, o`
      :host {
        display: block;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      th,
      td {
        padding: 4px 8px 4px 0;
        text-align: start;
        vertical-align: top;
        font-weight: 400;
      }
      th[scope="row"] {
        font-weight: 500;
        min-width: 7em;
      }
      thead th {
        color: var(--secondary-text-color);
        white-space: nowrap;
      }
      td button {
        min-height: 36px;
        padding: 2px 12px;
        font-weight: 400;
        white-space: nowrap;
      }
    `];
	}
	render() {
		let { texts: e } = this.home, { contacts: t, places: n } = this.levels, r = t.filter(({ name: e, aliases: t }) => [e, ...t].some((e) => e.toLowerCase().includes(this.wanted.toLowerCase())));
		return b`<div class="stack">
      ${t.length > $n ? b`<label
            >${e.say("people.find")}<input
              type="search"
              @input=${(e) => this.wanted = e.target.value}
          /></label>` : S}
      <div class="scroll" tabindex="0" role="region" aria-label=${e.say("people.table")}>
        <table>
          <thead>
            <tr>
              <td></td>
              ${n.map((e) => b`<th scope="col">${this.placeName(e)}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${r.slice(0, $n).map(({ name: e, aliases: t, levels: r }) => b`<tr>
                <th scope="row">
                  ${e}${t.length ? b`<br /><span class="dim">${t.join(", ")}</span>` : S}
                </th>
                ${r.map((t, r) => this.cell({
			contact: e,
			place: n[r],
			decision: t
		}))}
              </tr>`)}
          </tbody>
        </table>
      </div>
      ${r.length > $n ? b`<p class="dim">${e.count("people.more", r.length - $n)}</p>` : S}
      <div role="status">${this.chosen ? this.explained(this.chosen) : S}</div>
    </div>`;
	}
	placeName(e) {
		return pt(e, this.levels.places, this.home);
	}
	cell(e) {
		let { decision: t } = e, n = t.outcome === "refuse" ? "danger" : t.outcome === "send" ? "warning" : "neutral";
		return b`<td>
      <button
        class=${n === "neutral" ? "" : n}
        aria-label="${e.contact}, ${this.placeName(e.place)}: ${ct(t, this.home.texts)}"
        @click=${() => this.chosen = e}
      >
        ${ct(t, this.home.texts)}
      </button>
    </td>`;
	}
	explained({ contact: e, place: t, decision: n }) {
		let { texts: r } = this.home;
		return b`<div class="note neutral">
      <strong>${e} · ${this.placeName(t)} · ${ct(n, r)}</strong>
      <ul>
        ${st(n.reasons, r).map((e) => b`<li>${e}</li>`)}
      </ul>
    </div>`;
	}
};
j([E({ attribute: !1 })], q.prototype, "levels", void 0), j([D()], q.prototype, "chosen", void 0), j([D()], q.prototype, "wanted", void 0), q = j([M("mg-levels-table")], q);
// src/elements/try-sentence.ts
var J = class extends N {
	constructor(...e) {
		super(...e), this.places = [], this.sentence = "", this.satellite = "", this.trouble = "", this.busy = !1, this.submit = async (e) => {
			e.preventDefault(), this.busy = !0, this.trouble = "";
			try {
				this.tried = await this.ask();
			} catch (e) {
				this.tried = void 0, this.trouble = k(e, this.home.texts);
			} finally {
				this.busy = !1;
			}
		};
	}
	render() {
		let { texts: e } = this.home;
		return b`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${e.say("try.title")}</h2>
      <p class="dim">${e.say("try.note")}</p>
      <form class="line" @submit=${this.submit}>
        <label class="grow"
          >${e.say("try.sentence")}<input
            type="text"
            maxlength="2000"
            placeholder=${e.say("try.example")}
            .value=${this.sentence}
            @input=${(e) => this.sentence = e.target.value}
        /></label>
        <label class="grow"
          >${e.say("try.place")}<select
            @change=${(e) => this.satellite = e.target.value}
          >
            ${this.places.map((e) => b`<option
                value=${e.satellite_id ?? ""}
                ?selected=${(e.satellite_id ?? "") === this.satellite}
              >
                ${pt(e, this.places, this.home)}
              </option>`)}
          </select></label
        >
        <button ?disabled=${this.busy || !this.sentence.trim()}>${e.say("try.do")}</button>
      </form>
      <div role="status" class="stack">${this.tried ? this.result(this.tried) : S}</div>
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
    </section>`;
	}
	result(e) {
		let { texts: t } = this.home;
		return e.understood === null ? b`<p class="note neutral">${t.say("try.nothing")}</p>` : e.recipients.length ? e.recipients.map((n) => b`<div class="note neutral stack">
        <dl>
          <dt>${t.say("try.to")}</dt>
          <dd>${n.contact ?? t.say("try.nobody", { said: n.said })}</dd>
          <dt>${t.say("try.words")}</dt>
          <dd class="words">${e.body || t.say("try.asked_for")}</dd>
          <dt>${t.say("try.needs")}</dt>
          <dd>${ct(n, t)}</dd>
          <dt>${t.say("try.why")}</dt>
          <dd>${st(n.reasons, t).join(" ")}</dd>
          ${n.question === null || n.question === void 0 ? S : b`<dt>${t.say("try.question")}</dt>
                <dd class="words">${n.question}</dd>`}
        </dl>
      </div>`) : b`<p class="note neutral">${t.say("try.incomplete")}</p>`;
	}
	async ask() {
		let e = {
			sentence: this.sentence,
			...this.satellite ? { satellite_id: this.satellite } : {}
		}, t = await this.home.ask("rules/try", e);
		return t.understood === null ? this.home.ask("rules/try", {
			...e,
			language: this.home.texts.language
		}) : t;
	}
};
j([E({ attribute: !1 })], J.prototype, "places", void 0), j([D()], J.prototype, "sentence", void 0), j([D()], J.prototype, "satellite", void 0), j([D()], J.prototype, "tried", void 0), j([D()], J.prototype, "trouble", void 0), j([D()], J.prototype, "busy", void 0), J = j([M("mg-try-sentence")], J);
// src/elements/people-page.ts
var er = class extends N {
	constructor(...e) {
		super(...e), this.trouble = "";
	}
	static {
		this.styles = [A, o`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
    `];
	}
	firstUpdated() {
		this.load();
	}
	async load() {
		this.trouble = "";
		try {
			this.levels = await this.home.ask("rules/levels");
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		}
	}
	render() {
		let { texts: e } = this.home;
		return b`
      <section class="stack" aria-labelledby="heading">
        <h2 id="heading">${e.say("people.levels")}</h2>
        <p class="dim">${e.say("people.note")}</p>
        ${this.levels?.contacts.length === 0 ? b`<p>${e.say("people.nobody")}</p>` : S}
        ${this.levels?.contacts.length ? b`<mg-levels-table .home=${this.home} .levels=${this.levels}></mg-levels-table>` : S}
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
        <div class="line">
          <a class="button" href=${Kt} @click=${P}>${e.say("people.change")}</a>
          <button @click=${this.load}>${e.say("people.reload")}</button>
        </div>
      </section>
      <mg-try-sentence .home=${this.home} .places=${this.levels?.places ?? []}></mg-try-sentence>
    `;
	}
};
j([D()], er.prototype, "levels", void 0), j([D()], er.prototype, "trouble", void 0), er = j([M("mg-people-page")], er);
// src/elements/request-story.ts
var Y = class extends N {
	constructor(...e) {
		super(...e), this.requestId = "", this.erased = 0, this.trouble = "", this.told = "", this.erasing = !1, this.busy = !1, this.keepProof = () => this.work(async () => {
			let { path: e, name: t } = await this.home.ask("ledger/proof", { request_id: this.requestId });
			Rn(e, t);
		}), this.erase = () => this.work(async () => {
			await this.home.ask("ledger/erase", {
				scope: "request",
				request_id: this.requestId
			}), await this.load(), this.told = this.home.texts.say("erase.done");
		});
	}
	static {
		this.styles = [A, o`
      dialog {
        width: min(680px, calc(100vw - 16px));
        max-height: calc(100dvh - 32px);
        padding: 20px;
        color: inherit;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border: 1px solid var(--divider-color, #e0e0e0);
        border-radius: 16px;
        overflow: auto;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.5);
      }
      .step {
        border-inline-start: 3px solid var(--divider-color, #e0e0e0);
        padding-inline-start: 12px;
      }
      .hash {
        font-family: var(--ha-font-family-code, monospace);
        font-size: 0.75rem;
        overflow-wrap: anywhere;
      }
    `];
	}
	willUpdate(e) {
		e.has("requestId") ? this.load() : e.has("erased") && this.read();
	}
	firstUpdated() {
		this.dialog.showModal();
	}
	async load() {
		this.story = void 0, this.trouble = this.told = "", this.erasing = !1, await this.read();
	}
	async read() {
		let { requestId: e } = this;
		try {
			let t = await this.home.ask("requests/story", { request_id: e });
			e === this.requestId && (this.story = t);
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		}
	}
	render() {
		let { texts: e } = this.home;
		return b`<dialog aria-labelledby="title" @close=${this.closed}>
      <div class="stack">
        <div class="line">
          <h2 id="title" class="grow">
            ${this.story ? e.say("story.title", { contact: nt(this.story.row, e) }) : e.say("story.loading")}
          </h2>
          <button @click=${() => this.dialog.close()}>${e.say("story.close")}</button>
        </div>
        ${this.story ? this.content(this.story) : S}
        <p role="status" class="success note" ?hidden=${!this.told}>${this.told}</p>
        <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      </div>
    </dialog>`;
	}
	content({ row: e, steps: t, replaces: n, replaced_by: r }) {
		let { texts: i, dates: a } = this.home, o = lt(e, i), s = i.known(`outcome.${e.outcome}`) ?? e.outcome;
		return b`
      <p><span class="badge ${et(e.outcome)}">${s}</span></p>
      <dl>
        <dt>${i.say("story.at")}</dt>
        <dd>${a.full(e.at)}</dd>
        <dt>${i.say("story.words")}</dt>
        <dd class="words">${e.body ?? i.say("history.no_words")}</dd>
        ${e.utterance === null ? S : b`<dt>${i.say("story.said")}</dt>
              <dd class="words">${e.utterance}</dd>`}
        <dt>${i.say("story.from")}</dt>
        <dd>${it(e, i)}</dd>
        <dt>${i.say("story.way")}</dt>
        <dd>${at(e, i)}</dd>
        ${o === void 0 ? S : b`<dt>${i.say("story.proved")}</dt>
              <dd>${o}</dd>`}
        ${this.other("replaces", n)} ${this.other("replaced_by", r)}
      </dl>
      <h3>${i.say("story.steps")}</h3>
      <ol class="bare stack">
        ${t.map((e) => this.step(e))}
      </ol>
      ${this.tools(e.words_kept)}
    `;
	}
	other(e, t) {
		let { texts: n } = this.home;
		return t === null ? S : b`<dt>${n.say(`story.${e}`)}</dt>
      <dd><button @click=${() => this.open(t)}>${n.say("story.other_words")}</button></dd>`;
	}
	open(e) {
		this.dispatchEvent(new CustomEvent("mg-open-request", {
			detail: e,
			bubbles: !0,
			composed: !0
		}));
	}
	step(e) {
		let { texts: t, dates: n } = this.home, r = ut(e, t), i = st(e.reasons, t, this.story?.row);
		return b`<li class="step">
      <div class="line">
        <span class="badge ${tt(e.kind)}">${t.known(`step.${e.kind}`) ?? e.kind}</span>
        <span class="grow">${r ?? S}</span>
        <span class="dim">${n.timeWithSeconds(e.at)}</span>
      </div>
      <p>${t.known(`story.${e.kind}`, { level: e.level === null ? "" : t.say(`level.${e.level}`) })}</p>
      ${i.length ? b`<p>${i.join(" ")}</p>` : S}
      <details>
        <summary class="dim">${t.say("story.entry", { number: e.sequence })}</summary>
        <p class="hash">${e.hash}</p>
      </details>
    </li>`;
	}
	tools(e) {
		let { texts: t } = this.home;
		return this.erasing ? b`<div class="note warning stack">
        <p>${t.say("erase.request_note")}</p>
        <div class="line">
          <button class="danger" ?disabled=${this.busy} @click=${this.erase}>${t.say("erase.do")}</button>
          <button @click=${() => this.erasing = !1}>${t.say("erase.keep")}</button>
        </div>
      </div>` : b`<div class="line">
      <button ?disabled=${this.busy} @click=${this.keepProof}>${t.say("story.evidence")}</button>
      ${e ? b`<button @click=${() => this.erasing = !0}>${t.say("erase.request")}</button>` : S}
    </div>`;
	}
	async work(e) {
		this.busy = !0, this.trouble = this.told = "";
		try {
			await e();
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		} finally {
			this.busy = !1;
		}
	}
	closed() {
		this.open("");
	}
};
j([E()], Y.prototype, "requestId", void 0), j([E({ type: Number })], Y.prototype, "erased", void 0), j([D()], Y.prototype, "story", void 0), j([D()], Y.prototype, "trouble", void 0), j([D()], Y.prototype, "told", void 0), j([D()], Y.prototype, "erasing", void 0), j([D()], Y.prototype, "busy", void 0), j([Ke("dialog")], Y.prototype, "dialog", void 0), Y = j([M("mg-request-story")], Y);
// src/services/odds.ts
var tr = .1;
function nr(e, t) {
	return e <= 0 ? t.say("odds.never") : e > tr ? t.count("odds.of_hundred", Math.min(99, Math.round(e * 100))) : t.count("odds.one_in", Number((1 / e).toPrecision(2)));
}
// src/services/ears.ts
var rr = {
	nothing: "success",
	unknown: "warning",
	no: "warning",
	request: "danger",
	phrase: "danger",
	code: "danger"
};
function ir({ made_up: e }) {
	return rr[e];
}
function ar({ made_up: e, texts: t }, n) {
	let r = new Intl.ListFormat(n.language, { type: "conjunction" }).format(t.map((e) => `“${e}”`));
	return n.say(`ears.${e}`, { texts: r });
}
function or(e, t, n) {
	if (t.filter(({ name: t }) => t === e.name).length === 1) return e.name;
	let r = new Intl.DisplayNames(n.language, { type: "language" });
	return `${e.name} (${r.of(e.language) ?? e.language})`;
}
// src/elements/ears-check.ts
var sr = 1e3, cr = class extends N {
	constructor(...e) {
		super(...e), this.cloud = !1, this.work = new fn(this);
	}
	connectedCallback() {
		super.connectedCallback(), this.hasUpdated && this.ask("state");
	}
	disconnectedCallback() {
		super.disconnectedCallback(), clearTimeout(this.again);
	}
	firstUpdated() {
		this.ask("state");
	}
	ask(e, t) {
		clearTimeout(this.again), this.work.run(async () => {
			this.ears = await this.home.ask(`ears/${e}`, t);
		}).then(() => {
			this.ears?.running && this.isConnected && (this.again = setTimeout(() => this.ask("state"), sr));
		});
	}
	render() {
		let { texts: e } = this.home;
		return b`<section class="stack" aria-labelledby="heading">
      <h2 id="heading">${e.say("ears.title")}</h2>
      <p class="dim">${e.say("ears.note")}</p>
      ${this.ears === void 0 ? S : this.content(this.ears)}
      <p role="alert" class="danger note" ?hidden=${!this.work.trouble}>${this.work.trouble}</p>
    </section>`;
	}
	content(e) {
		let { texts: t } = this.home;
		if (!e.engines.length) return b`<p>${t.say("ears.none")}</p>`;
		if (e.running) return this.progress(e.progress);
		let n = new Set(e.engines.filter(({ cloud: e }) => e).map(({ name: e }) => e)), r = new Intl.ListFormat(t.language).format(n), i = !this.cloud && e.engines.every(({ cloud: e }) => e);
		return b`
      ${e.failed ? b`<p class="danger note">${t.say("ears.failed")}</p>` : S}
      ${e.checked === null ? S : this.results(e.checked)}
      ${r ? b`<label class="line"
            ><input
              type="checkbox"
              style="width: 24px; min-height: 24px; height: 24px"
              .checked=${this.cloud}
              @change=${(e) => this.cloud = e.target.checked}
            /><span class="grow">${t.say("ears.cloud", { engines: r })}</span></label
          >` : S}
      <div class="line">
        <button ?disabled=${i} @click=${() => this.ask("check", { cloud: this.cloud })}>
          ${t.say(e.checked === null ? "ears.do" : "ears.again")}
        </button>
      </div>
    `;
	}
	progress(e) {
		let { texts: t } = this.home;
		return b`<div class="line" role="status">
      <progress class="grow" max="1" .value=${e} aria-label=${t.say("ears.running")}></progress>
      <span>${t.say("ears.running")}</span>
      <button @click=${() => this.ask("stop")}>${t.say("ears.stop")}</button>
    </div>`;
	}
	results(e) {
		let { texts: t } = this.home;
		if (!e.length) return b`<p>${t.say("ears.none_tried")}</p>`;
		let n = e.some(({ made_up: e }) => e !== "nothing" && e !== "unknown");
		return b`<div class="stack" role="status">
        ${e.map((n) => b`<p class="${ir(n)} note"><b>${or(n, e, t)}</b>: ${ar(n, t)}</p>`)}
      </div>
      ${n ? b`<div class="line">
            <span class="grow">${t.say("ears.mend")}</span>
            <a class="button" href=${qt} @click=${P}>${t.say("todo.repairs")}</a>
          </div>` : S}`;
	}
};
j([D()], cr.prototype, "ears", void 0), j([D()], cr.prototype, "cloud", void 0), cr = j([M("mg-ears-check")], cr);
// node_modules/uqr/dist/index.mjs
var X = /* @__PURE__ */ ((e) => (e[e.Border = -1] = "Border", e[e.Data = 0] = "Data", e[e.Function = 1] = "Function", e[e.Position = 2] = "Position", e[e.Timing = 3] = "Timing", e[e.Alignment = 4] = "Alignment", e))(X || {}), lr = [0, 1], ur = [1, 0], dr = [2, 3], fr = [3, 2], pr = {
	L: lr,
	M: ur,
	Q: dr,
	H: fr
}, mr = /^\d*$/, hr = /^[A-Z0-9 $%*+./:-]*$/, gr = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", _r = 1, vr = 40, yr = 3, br = 3, xr = 40, Sr = 10, Cr = [
	[
		-1,
		7,
		10,
		15,
		20,
		26,
		18,
		20,
		24,
		30,
		18,
		20,
		24,
		26,
		30,
		22,
		24,
		28,
		30,
		28,
		28,
		28,
		28,
		30,
		30,
		26,
		28,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30
	],
	[
		-1,
		10,
		16,
		26,
		18,
		24,
		16,
		18,
		22,
		22,
		26,
		30,
		22,
		22,
		24,
		24,
		28,
		28,
		26,
		26,
		26,
		26,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28,
		28
	],
	[
		-1,
		13,
		22,
		18,
		26,
		18,
		24,
		18,
		22,
		20,
		24,
		28,
		26,
		24,
		20,
		30,
		24,
		28,
		28,
		26,
		30,
		28,
		30,
		30,
		30,
		30,
		28,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30
	],
	[
		-1,
		17,
		28,
		22,
		16,
		22,
		28,
		26,
		26,
		24,
		28,
		24,
		28,
		22,
		24,
		24,
		30,
		28,
		28,
		26,
		28,
		30,
		24,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30,
		30
	]
], wr = [
	[
		-1,
		1,
		1,
		1,
		1,
		1,
		2,
		2,
		2,
		2,
		4,
		4,
		4,
		4,
		4,
		6,
		6,
		6,
		6,
		7,
		8,
		8,
		9,
		9,
		10,
		12,
		12,
		12,
		13,
		14,
		15,
		16,
		17,
		18,
		19,
		19,
		20,
		21,
		22,
		24,
		25
	],
	[
		-1,
		1,
		1,
		1,
		2,
		2,
		4,
		4,
		4,
		5,
		5,
		5,
		8,
		9,
		9,
		10,
		10,
		11,
		13,
		14,
		16,
		17,
		17,
		18,
		20,
		21,
		23,
		25,
		26,
		28,
		29,
		31,
		33,
		35,
		37,
		38,
		40,
		43,
		45,
		47,
		49
	],
	[
		-1,
		1,
		1,
		2,
		2,
		4,
		4,
		6,
		6,
		8,
		8,
		8,
		10,
		12,
		16,
		12,
		17,
		16,
		18,
		21,
		20,
		23,
		23,
		25,
		27,
		29,
		34,
		34,
		35,
		38,
		40,
		43,
		45,
		48,
		51,
		53,
		56,
		59,
		62,
		65,
		68
	],
	[
		-1,
		1,
		1,
		2,
		4,
		4,
		4,
		5,
		6,
		8,
		8,
		11,
		11,
		16,
		16,
		18,
		16,
		19,
		21,
		25,
		25,
		25,
		34,
		30,
		32,
		35,
		37,
		40,
		42,
		45,
		48,
		51,
		54,
		57,
		60,
		63,
		66,
		70,
		74,
		77,
		81
	]
], Tr = class {
	constructor(e, t, n, r) {
		if (this.version = e, this.ecc = t, e < _r || e > vr) throw RangeError("Version value out of range");
		if (r < -1 || r > 7) throw RangeError("Mask value out of range");
		this.size = e * 4 + 17;
		let i = Array.from({ length: this.size }).fill(!1);
		for (let e = 0; e < this.size; e++) this.modules.push(i.slice()), this.types.push(i.map(() => 0));
		this.drawFunctionPatterns();
		let a = this.addEccAndInterleave(n);
		if (this.drawCodewords(a), r === -1) {
			let e = 1e9;
			for (let t = 0; t < 8; t++) {
				this.applyMask(t), this.drawFormatBits(t);
				let n = this.getPenaltyScore();
				n < e && (r = t, e = n), this.applyMask(t);
			}
		}
		this.mask = r, this.applyMask(r), this.drawFormatBits(r);
	}
	size;
	mask;
	modules = [];
	types = [];
	getModule(e, t) {
		return e >= 0 && e < this.size && t >= 0 && t < this.size && this.modules[t][e];
	}
	drawFunctionPatterns() {
		for (let e = 0; e < this.size; e++) this.setFunctionModule(6, e, e % 2 == 0, X.Timing), this.setFunctionModule(e, 6, e % 2 == 0, X.Timing);
		this.drawFinderPattern(3, 3), this.drawFinderPattern(this.size - 4, 3), this.drawFinderPattern(3, this.size - 4);
		let e = this.getAlignmentPatternPositions(), t = e.length;
		for (let n = 0; n < t; n++) for (let r = 0; r < t; r++) n === 0 && r === 0 || n === 0 && r === t - 1 || n === t - 1 && r === 0 || this.drawAlignmentPattern(e[n], e[r]);
		this.drawFormatBits(0), this.drawVersion();
	}
	drawFormatBits(e) {
		let t = this.ecc[1] << 3 | e, n = t;
		for (let e = 0; e < 10; e++) n = n << 1 ^ (n >>> 9) * 1335;
		let r = (t << 10 | n) ^ 21522;
		for (let e = 0; e <= 5; e++) this.setFunctionModule(8, e, Q(r, e));
		this.setFunctionModule(8, 7, Q(r, 6)), this.setFunctionModule(8, 8, Q(r, 7)), this.setFunctionModule(7, 8, Q(r, 8));
		for (let e = 9; e < 15; e++) this.setFunctionModule(14 - e, 8, Q(r, e));
		for (let e = 0; e < 8; e++) this.setFunctionModule(this.size - 1 - e, 8, Q(r, e));
		for (let e = 8; e < 15; e++) this.setFunctionModule(8, this.size - 15 + e, Q(r, e));
		this.setFunctionModule(8, this.size - 8, !0);
	}
	drawVersion() {
		if (this.version < 7) return;
		let e = this.version;
		for (let t = 0; t < 12; t++) e = e << 1 ^ (e >>> 11) * 7973;
		let t = this.version << 12 | e;
		for (let e = 0; e < 18; e++) {
			let n = Q(t, e), r = this.size - 11 + e % 3, i = Math.floor(e / 3);
			this.setFunctionModule(r, i, n), this.setFunctionModule(i, r, n);
		}
	}
	drawFinderPattern(e, t) {
		for (let n = -4; n <= 4; n++) for (let r = -4; r <= 4; r++) {
			let i = Math.max(Math.abs(r), Math.abs(n)), a = e + r, o = t + n;
			a >= 0 && a < this.size && o >= 0 && o < this.size && this.setFunctionModule(a, o, i !== 2 && i !== 4, X.Position);
		}
	}
	drawAlignmentPattern(e, t) {
		for (let n = -2; n <= 2; n++) for (let r = -2; r <= 2; r++) this.setFunctionModule(e + r, t + n, Math.max(Math.abs(r), Math.abs(n)) !== 1, X.Alignment);
	}
	setFunctionModule(e, t, n, r = X.Function) {
		this.modules[t][e] = n, this.types[t][e] = r;
	}
	addEccAndInterleave(e) {
		let t = this.version, n = this.ecc;
		if (e.length !== Br(t, n)) throw RangeError("Invalid argument");
		let r = wr[n[0]][t], i = Cr[n[0]][t], a = Math.floor(zr(t) / 8), o = r - a % r, s = Math.floor(a / r), c = [], l = Vr(i);
		for (let t = 0, n = 0; t < r; t++) {
			let r = e.slice(n, n + s - i + (t < o ? 0 : 1));
			n += r.length;
			let a = Hr(r, l);
			t < o && r.push(0), c.push(r.concat(a));
		}
		let u = [];
		for (let e = 0; e < c[0].length; e++) c.forEach((t, n) => {
			(e !== s - i || n >= o) && u.push(t[e]);
		});
		return u;
	}
	drawCodewords(e) {
		if (e.length !== Math.floor(zr(this.version) / 8)) throw RangeError("Invalid argument");
		let t = 0;
		for (let n = this.size - 1; n >= 1; n -= 2) {
			n === 6 && (n = 5);
			for (let r = 0; r < this.size; r++) for (let i = 0; i < 2; i++) {
				let a = n - i, o = n + 1 & 2 ? r : this.size - 1 - r;
				!this.types[o][a] && t < e.length * 8 && (this.modules[o][a] = Q(e[t >>> 3], 7 - (t & 7)), t++);
			}
		}
	}
	applyMask(e) {
		if (e < 0 || e > 7) throw RangeError("Mask value out of range");
		for (let t = 0; t < this.size; t++) for (let n = 0; n < this.size; n++) {
			let r;
			switch (e) {
				case 0:
					r = (n + t) % 2 == 0;
					break;
				case 1:
					r = t % 2 == 0;
					break;
				case 2:
					r = n % 3 == 0;
					break;
				case 3:
					r = (n + t) % 3 == 0;
					break;
				case 4:
					r = (Math.floor(n / 3) + Math.floor(t / 2)) % 2 == 0;
					break;
				case 5:
					r = n * t % 2 + n * t % 3 == 0;
					break;
				case 6:
					r = (n * t % 2 + n * t % 3) % 2 == 0;
					break;
				case 7:
					r = ((n + t) % 2 + n * t % 3) % 2 == 0;
					break;
				default: throw Error("Unreachable");
			}
			!this.types[t][n] && r && (this.modules[t][n] = !this.modules[t][n]);
		}
	}
	getPenaltyScore() {
		let e = 0;
		for (let t = 0; t < this.size; t++) {
			let n = !1, r = 0, i = [
				0,
				0,
				0,
				0,
				0,
				0,
				0
			];
			for (let a = 0; a < this.size; a++) this.modules[t][a] === n ? (r++, r === 5 ? e += yr : r > 5 && e++) : (this.finderPenaltyAddHistory(r, i), n || (e += this.finderPenaltyCountPatterns(i) * xr), n = this.modules[t][a], r = 1);
			e += this.finderPenaltyTerminateAndCount(n, r, i) * xr;
		}
		for (let t = 0; t < this.size; t++) {
			let n = !1, r = 0, i = [
				0,
				0,
				0,
				0,
				0,
				0,
				0
			];
			for (let a = 0; a < this.size; a++) this.modules[a][t] === n ? (r++, r === 5 ? e += yr : r > 5 && e++) : (this.finderPenaltyAddHistory(r, i), n || (e += this.finderPenaltyCountPatterns(i) * xr), n = this.modules[a][t], r = 1);
			e += this.finderPenaltyTerminateAndCount(n, r, i) * xr;
		}
		for (let t = 0; t < this.size - 1; t++) for (let n = 0; n < this.size - 1; n++) {
			let r = this.modules[t][n];
			r === this.modules[t][n + 1] && r === this.modules[t + 1][n] && r === this.modules[t + 1][n + 1] && (e += br);
		}
		let t = 0;
		for (let e of this.modules) t = e.reduce((e, t) => e + +!!t, t);
		let n = this.size * this.size, r = Math.ceil(Math.abs(t * 20 - n * 10) / n) - 1;
		return e += r * Sr, e;
	}
	getAlignmentPatternPositions() {
		if (this.version === 1) return [];
		{
			let e = Math.floor(this.version / 7) + 2, t = this.version === 32 ? 26 : Math.ceil((this.version * 4 + 4) / (e * 2 - 2)) * 2, n = [6];
			for (let r = this.size - 7; n.length < e; r -= t) n.splice(1, 0, r);
			return n;
		}
	}
	finderPenaltyCountPatterns(e) {
		let t = e[1], n = t > 0 && e[2] === t && e[3] === t * 3 && e[4] === t && e[5] === t;
		return (n && e[0] >= t * 4 && e[6] >= t ? 1 : 0) + (n && e[6] >= t * 4 && e[0] >= t ? 1 : 0);
	}
	finderPenaltyTerminateAndCount(e, t, n) {
		return e && (this.finderPenaltyAddHistory(t, n), t = 0), t += this.size, this.finderPenaltyAddHistory(t, n), this.finderPenaltyCountPatterns(n);
	}
	finderPenaltyAddHistory(e, t) {
		t[0] === 0 && (e += this.size), t.pop(), t.unshift(e);
	}
};
function Z(e, t, n) {
	if (t < 0 || t > 31 || e >>> t) throw RangeError("Value out of range");
	for (let r = t - 1; r >= 0; r--) n.push(e >>> r & 1);
}
function Q(e, t) {
	return !!(e >>> t & 1);
}
var Er = class {
	constructor(e, t, n) {
		if (this.mode = e, this.numChars = t, this.bitData = n, t < 0) throw RangeError("Invalid argument");
		this.bitData = n.slice();
	}
	getData() {
		return this.bitData.slice();
	}
}, Dr = [
	1,
	10,
	12,
	14
], Or = [
	2,
	9,
	11,
	13
], kr = [
	4,
	8,
	16,
	16
];
function Ar(e, t) {
	return e[Math.floor((t + 7) / 17) + 1];
}
function jr(e) {
	let t = [];
	for (let n of e) Z(n, 8, t);
	return new Er(kr, e.length, t);
}
function Mr(e) {
	if (!Fr(e)) throw RangeError("String contains non-numeric characters");
	let t = [];
	for (let n = 0; n < e.length;) {
		let r = Math.min(e.length - n, 3);
		Z(Number.parseInt(e.substring(n, n + r), 10), r * 3 + 1, t), n += r;
	}
	return new Er(Dr, e.length, t);
}
function Nr(e) {
	if (!Ir(e)) throw RangeError("String contains unencodable characters in alphanumeric mode");
	let t = [], n = 0;
	for (; n + 2 <= e.length; n += 2) {
		let r = gr.indexOf(e.charAt(n)) * 45;
		r += gr.indexOf(e.charAt(n + 1)), Z(r, 11, t);
	}
	return n < e.length && Z(gr.indexOf(e.charAt(n)), 6, t), new Er(Or, e.length, t);
}
function Pr(e) {
	return e === "" ? [] : Fr(e) ? [Mr(e)] : Ir(e) ? [Nr(e)] : [jr(Rr(e))];
}
function Fr(e) {
	return mr.test(e);
}
function Ir(e) {
	return hr.test(e);
}
function Lr(e, t) {
	let n = 0;
	for (let r of e) {
		let e = Ar(r.mode, t);
		if (r.numChars >= 1 << e) return Infinity;
		n += 4 + e + r.bitData.length;
	}
	return n;
}
function Rr(e) {
	e = encodeURI(e);
	let t = [];
	for (let n = 0; n < e.length; n++) e.charAt(n) === "%" ? (t.push(Number.parseInt(e.substring(n + 1, n + 3), 16)), n += 2) : t.push(e.charCodeAt(n));
	return t;
}
function zr(e) {
	if (e < _r || e > vr) throw RangeError("Version number out of range");
	let t = (16 * e + 128) * e + 64;
	if (e >= 2) {
		let n = Math.floor(e / 7) + 2;
		t -= (25 * n - 10) * n - 55, e >= 7 && (t -= 36);
	}
	return t;
}
function Br(e, t) {
	return Math.floor(zr(e) / 8) - Cr[t[0]][e] * wr[t[0]][e];
}
function Vr(e) {
	if (e < 1 || e > 255) throw RangeError("Degree out of range");
	let t = [];
	for (let n = 0; n < e - 1; n++) t.push(0);
	t.push(1);
	let n = 1;
	for (let r = 0; r < e; r++) {
		for (let e = 0; e < t.length; e++) t[e] = Ur(t[e], n), e + 1 < t.length && (t[e] ^= t[e + 1]);
		n = Ur(n, 2);
	}
	return t;
}
function Hr(e, t) {
	let n = t.map((e) => 0);
	for (let r of e) {
		let e = r ^ n.shift();
		n.push(0), t.forEach((t, r) => n[r] ^= Ur(t, e));
	}
	return n;
}
function Ur(e, t) {
	if (e >>> 8 || t >>> 8) throw RangeError("Byte out of range");
	let n = 0;
	for (let r = 7; r >= 0; r--) n = n << 1 ^ (n >>> 7) * 285, n ^= (t >>> r & 1) * e;
	return n;
}
function Wr(e, t, n = 1, r = 40, i = -1, a = !0) {
	if (!(_r <= n && n <= r && r <= vr) || i < -1 || i > 7) throw RangeError("Invalid value");
	let o, s;
	for (o = n;; o++) {
		let n = Br(o, t) * 8, i = Lr(e, o);
		if (i <= n) {
			s = i;
			break;
		}
		if (o >= r) throw RangeError("Data too long");
	}
	for (let e of [
		ur,
		dr,
		fr
	]) a && s <= Br(o, e) * 8 && (t = e);
	let c = [];
	for (let t of e) {
		Z(t.mode[0], 4, c), Z(t.numChars, Ar(t.mode, o), c);
		for (let e of t.getData()) c.push(e);
	}
	let l = Br(o, t) * 8;
	Z(0, Math.min(4, l - c.length), c), Z(0, (8 - c.length % 8) % 8, c);
	for (let e = 236; c.length < l; e ^= 253) Z(e, 8, c);
	let u = Array.from({ length: Math.ceil(c.length / 8) }, () => 0);
	return c.forEach((e, t) => u[t >>> 3] |= e << 7 - (t & 7)), new Tr(o, t, u, i);
}
function Gr(e, t) {
	let { ecc: n = "L", boostEcc: r = !1, minVersion: i = 1, maxVersion: a = 40, maskPattern: o = -1, border: s = 1 } = t || {}, c = typeof e == "string" ? Pr(e) : Array.isArray(e) ? [jr(e)] : void 0;
	if (!c) throw Error(`uqr only supports encoding string and binary data, but got: ${typeof e}`);
	let l = Wr(c, pr[n], i, a, o, r), u = Kr({
		version: l.version,
		maskPattern: l.mask,
		size: l.size,
		data: l.modules,
		types: l.types
	}, s);
	return t?.invert && (u.data = u.data.map((e) => e.map((e) => !e))), t?.onEncoded?.(u), u;
}
function Kr(e, t = 1) {
	if (!t) return e;
	let { size: n } = e, r = n + t * 2;
	e.size = r, e.data.forEach((e) => {
		for (let n = 0; n < t; n++) e.unshift(!1), e.push(!1);
	});
	for (let n = 0; n < t; n++) e.data.unshift(Array.from({ length: r }, (e) => !1)), e.data.push(Array.from({ length: r }, (e) => !1));
	let i = X.Border;
	e.types.forEach((e) => {
		for (let n = 0; n < t; n++) e.unshift(i), e.push(i);
	});
	for (let n = 0; n < t; n++) e.types.unshift(Array.from({ length: r }, (e) => i)), e.types.push(Array.from({ length: r }, (e) => i));
	return e;
}
// src/services/qr-path.ts
var qr = 4;
function Jr(e) {
	let { data: t } = Gr(e, {
		ecc: "M",
		border: qr
	}), n = t.flatMap((e, t) => e.flatMap((e, n) => e ? [`M${n} ${t}h1v1h-1z`] : []));
	return {
		size: t.length,
		path: n.join("")
	};
}
// src/elements/qr-code.ts
var Yr = class extends N {
	constructor(...e) {
		super(...e), this.text = "", this.name = "";
	}
	static {
		this.styles = [A, o`
      svg {
        display: block;
        width: 180px;
        max-width: 100%;
        background: #fff;
        border-radius: 8px;
      }
    `];
	}
	render() {
		let { size: e, path: t } = Jr(this.text);
		return b`<svg viewBox="0 0 ${e} ${e}" shape-rendering="crispEdges" role="img" aria-label=${this.name}>
      <path d=${t} fill="#000"></path>
    </svg>`;
	}
};
j([E()], Yr.prototype, "text", void 0), j([E()], Yr.prototype, "name", void 0), Yr = j([M("mg-qr-code")], Yr);
// src/elements/safety-page.ts
var Xr = {
	hashes: "safety.forwards_hashes",
	events: "safety.forwards_events",
	words: "safety.forwards_words"
}, Zr = class extends N {
	constructor(...e) {
		super(...e), this.trouble = "";
	}
	static {
		this.styles = [A, o`
      :host {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
      }
      code {
        overflow-wrap: anywhere;
      }
    `];
	}
	firstUpdated() {
		this.load();
	}
	updated(e) {
		e.has("ready") && Pt(this.ready, e.get("ready")) && this.load();
	}
	async load() {
		try {
			this.safety = await this.home.ask("safety/state"), this.trouble = "";
		} catch (e) {
			this.trouble = k(e, this.home.texts);
		}
	}
	render() {
		return b`
      <p role="alert" class="danger note" ?hidden=${!this.trouble}>${this.trouble}</p>
      ${this.safety ? this.content(this.safety) : S}
    `;
	}
	content(e) {
		return b`${this.canPass(e)} ${this.guarded(e)}
      <mg-ears-check .home=${this.home}></mg-ears-check>
      ${this.running(e)} ${this.numbers(e)}
    ${this.log(e)}`;
	}
	section(e, t) {
		return b`<section class="stack" aria-labelledby=${e}>
      <h2 id=${e}>${this.home.texts.say(`safety.${e}`)}</h2>
      ${t}
    </section>`;
	}
	canPass({ can_pass: e, ignored: t, observe: n }) {
		let { texts: r } = this.home, i = e.filter((e) => !e.ignored);
		return this.section("can_pass", b`
        ${n ? b`<p class="warning note">${r.say("safety.observe")}</p>` : S}
        ${i.length ? b`<ul>
              ${i.map((e) => b`<li>${r.issue(e.key, e.placeholders ?? {})}</li>`)}
            </ul>` : b`<p>${r.say("safety.nothing_passes")}</p>`}
        ${t ? b`<p class="dim">${r.count("safety.ignored", t)}</p>` : S}
        <p class="dim">${r.say("safety.limits")}</p>
        <div class="line">
          <a class="button" href=${qt} @click=${P}>${r.say("todo.repairs")}</a>
        </div>
      `);
	}
	guarded({ pipelines: e, actions: t, intents: n }) {
		let { texts: r } = this.home;
		return this.section("guarded", b`
        <ul class="bare stack">
          ${e.map(({ name: e, guarded: t }) => b`<li class="line">
              <span class="badge ${t ? "success" : "warning"}"
                >${r.say(t ? "safety.is_guarded" : "safety.not_guarded")}</span
              ><span>${e}</span>
            </li>`)}
        </ul>
        ${this.list("safety.actions", t)} ${this.list("safety.intents", n)}
      `);
	}
	list(e, t) {
		return t.length ? b`<details>
      <summary>${this.home.texts.count(e, t.length)}</summary>
      <ul>
        ${t.map((e) => b`<li><code>${e}</code></li>`)}
      </ul>
    </details>` : S;
	}
	running({ running_since: e, gaps: t }) {
		let { texts: n, dates: r } = this.home;
		return this.section("running", b`
        <p>${e === null ? n.say("safety.not_running") : n.say("safety.since", { since: r.full(e) })}</p>
        <p>${t.length ? n.count("safety.gaps", t.length) : n.say("safety.no_gaps")}</p>
        ${t.length ? b`<ul>
              ${t.slice(-10).reverse().map((e) => b`<li>
                    ${n.say(e.announced ? "safety.gap_announced" : "safety.gap", {
			since: r.full(e.since),
			duration: Vt(e.since, e.until, n.language)
		})}
                  </li>`)}
            </ul>` : S}
      `);
	}
	numbers({ numbers: { phrase: e, code: t, pin: n, device: r } }) {
		let { texts: i } = this.home, a = [
			["phrase", e.set ? i.count("safety.phrase_words", e.words) : i.say("safety.not_set")],
			["code", i.say("safety.code_odds", {
				one_in: i.number(t.one_in),
				day: nr(t.lucky_in_a_day, i)
			})],
			["pin", n.set ? i.say("safety.pin_odds", {
				one_in: i.number(n.one_in_at_least),
				tries: n.tries,
				minutes: n.locks_minutes[0] ?? 0,
				day: nr(n.lucky_first_day, i),
				year: nr(n.lucky_in_a_year, i)
			}) : i.say("safety.not_set")],
			["device", i.say("safety.device_odds", { ...r })]
		];
		return this.section("numbers", b`<p class="dim">${i.say("safety.numbers_note")}</p>
        <dl>
          ${a.map(([e, t]) => b`<dt>${i.say(`level.${e}`)}</dt>
                <dd>${t}</dd>`)}
        </dl>`);
	}
	forwarding({ forwarding: e }) {
		let { texts: t, dates: n } = this.home;
		return e.length ? b`<h3>${t.say("safety.forwarding")}</h3>
      <ul>
        ${e.map(({ host: e, fields: r, failing_since: i }) => b`<li>
            ${t.say(Xr[r], { host: e })}
            ${i === null ? S : t.say("safety.forwarding_fails", { since: n.full(i) })}
          </li>`)}
      </ul>` : S;
	}
	log(e) {
		let { texts: t } = this.home, { ledger: n, copies: r, witnesses: i } = e, { sound: a, verifier_key: o } = n, s = a === null ? "unchecked" : a ? "intact" : "damaged";
		return this.section("log", b`
        <p>
          <span class="badge ${a === !1 ? "danger" : a ? "success" : "neutral"}"
            >${t.say(`safety.${s}`)}</span
          >
          ${t.count("safety.entries", n.entries, { signed: n.signed })}
        </p>
        ${n.retention_days === null ? S : b`<p>${t.count("safety.kept", n.retention_days)}</p>`}
        <h3>${t.say("safety.copies")}</h3>
        ${r.length + i.length ? b`<ul>
              ${r.map(({ name: e, failed: n }) => b`<li>${n ? t.say("safety.copy_failed", { name: e }) : e}</li>`)}
              ${i.map(({ name: e }) => b`<li>${t.say("safety.witness", { name: e })}</li>`)}
            </ul>` : b`<p>${t.say("safety.no_copies")}</p>`}
        ${this.forwarding(e)}
        ${o === null ? S : b`<p class="dim">${t.say("safety.key_note")}</p>
              <div class="line">
                <mg-qr-code .home=${this.home} .text=${o} .name=${t.say("safety.key_code")}></mg-qr-code>
                <mg-copy-text
                  class="grow"
                  .home=${this.home}
                  .text=${o}
                  .name=${t.say("safety.key")}
                  .lines=${3}
                ></mg-copy-text>
              </div>`}
      `);
	}
};
j([E({ attribute: !1 })], Zr.prototype, "ready", void 0), j([D()], Zr.prototype, "safety", void 0), j([D()], Zr.prototype, "trouble", void 0), Zr = j([M("mg-safety-page")], Zr);
// src/elements/panel.ts
var $ = class extends T {
	constructor(...e) {
		super(...e), this.narrow = !1, this.address = {
			page: "now",
			filters: {}
		}, this.reader = new Ht((e) => {
			this.home = e, this.style.colorScheme = e.dark ? "dark" : "light", this.follow();
		}), this.moved = () => this.requestUpdate(), this.openRequest = (e) => {
			e.stopPropagation();
			let { page: t, filters: n } = this.address;
			this.go(e.detail ? {
				page: t,
				filters: n,
				request: e.detail
			} : {
				page: t,
				filters: n
			});
		};
	}
	static {
		this.styles = [A, o`
      :host {
        display: flex;
        flex-direction: column;
        height: 100vh;
        height: 100dvh;
        background: var(--primary-background-color);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 16px;
        padding: env(safe-area-inset-top) 16px 0;
        background: var(--ha-card-background, var(--card-background-color, #fff));
        border-block-end: 1px solid var(--divider-color, #e0e0e0);
      }
      h1 {
        font-size: 1.25rem;
        font-weight: 400;
        margin: 0;
        line-height: 56px;
      }
      .menu {
        width: 48px;
        min-height: 48px;
        padding: 0;
        margin-inline-start: -12px;
      }
      .menu svg {
        width: 24px;
        height: 24px;
      }
      nav {
        display: flex;
        overflow-x: auto;
      }
      nav a {
        display: block;
        padding: 0 12px;
        line-height: 48px;
        text-decoration: none;
        white-space: nowrap;
        border-block-end: 3px solid transparent;
      }
      nav a[aria-current] {
        font-weight: 500;
        border-color: var(--primary-text-color);
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      main {
        flex: 1;
        overflow: auto;
        padding: 16px;
        padding-block-end: calc(16px + env(safe-area-inset-bottom));
      }
      .content {
        display: grid;
        gap: 16px;
        grid-template-columns: minmax(0, 1fr);
        max-width: 1100px;
        margin: 0 auto;
      }
      @media (max-width: 600px) {
        header {
          padding-inline: 12px;
        }
        nav {
          margin: 0 -12px;
          width: calc(100% + 24px);
        }
        main {
          padding-inline: 8px;
        }
      }
    `];
	}
	set hass(e) {
		this.house = e, this.reader.set(e);
	}
	connectedCallback() {
		super.connectedCallback(), window.addEventListener("location-changed", this.moved), window.addEventListener("popstate", this.moved), this.follow();
	}
	disconnectedCallback() {
		super.disconnectedCallback(), window.removeEventListener("location-changed", this.moved), window.removeEventListener("popstate", this.moved), this.following?.stop(), this.following = void 0;
	}
	follow() {
		!this.following && this.isConnected && this.house && this.home && (this.following = new Ft(this.house.connection, this.home.clock, !0, () => this.requestUpdate()), this.following.start());
	}
	get root() {
		return this.route?.prefix ?? "/message-guard";
	}
	willUpdate() {
		let { pathname: e, search: t } = window.location;
		if (!e.startsWith(this.root)) return;
		let n = Sn(e.slice(this.root.length), t), r = JSON.stringify(n.filters) === JSON.stringify(this.address.filters);
		this.address = r ? {
			...n,
			filters: this.address.filters
		} : n;
	}
	render() {
		if (!this.home) return S;
		let { texts: e } = this.home, { now: t, trouble: n } = this.following?.view ?? {}, r = t?.you.role === "administrator";
		return b`
      <header>
        ${this.narrow ? this.menu() : S}
        <h1>${e.say("page.title")}</h1>
        ${r ? this.tabs() : S}
      </header>
      <main>
        <div class="content">
          ${n === void 0 ? S : b`<p role="alert" class="warning note">${k(n, e)}</p>`}
          ${Tn(t?.module, import.meta.url) ? this.reload() : S} ${this.page()}
        </div>
      </main>
      ${r && this.address.request ? b`<mg-request-story
            .home=${this.home}
            .requestId=${this.address.request}
            .erased=${this.following?.view.overview?.erased ?? 0}
            @mg-open-request=${this.openRequest}
          ></mg-request-story>` : S}
    `;
	}
	menu() {
		return b`<button
      class="plain menu"
      aria-label=${this.home.texts.say("page.menu")}
      @click=${() => this.dispatchEvent(new CustomEvent("hass-toggle-menu", {
			bubbles: !0,
			composed: !0
		}))}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path fill="currentColor" d="M3 6h18v2H3V6m0 5h18v2H3v-2m0 5h18v2H3v-2Z"></path>
      </svg>
    </button>`;
	}
	tabs() {
		let { texts: e } = this.home;
		return b`<nav aria-label=${e.say("page.pages")}>
      ${bn.map((t) => b`<a href=${Cn(this.root, {
			page: t,
			filters: {}
		})} aria-current=${t === this.address.page ? "page" : S} @click=${this.turn(t)}
          >${e.say(`page.${t}`)}</a
        >`)}
    </nav>`;
	}
	reload() {
		let { texts: e } = this.home;
		return b`<p role="status" class="neutral note line">
      <span class="grow">${e.say("page.newer")}</span>
      <button @click=${() => window.location.reload()}>${e.say("page.reload")}</button>
    </p>`;
	}
	page() {
		let { home: e } = this, { now: t, overview: n, trouble: r } = this.following?.view ?? {};
		if (!e || !t) return S;
		if (t.you.role === "nobody") return b`<p role="status">${e.texts.say("page.nothing_for_you")}</p>`;
		let { page: i, filters: a } = this.address;
		if (t.you.role !== "administrator" || i === "now") return b`<mg-now-page
        .home=${e}
        .now=${t}
        .overview=${n}
        ?offline=${r !== void 0}
        @mg-open-request=${this.openRequest}
      ></mg-now-page>`;
		if (i === "people") return b`<mg-people-page .home=${e}></mg-people-page>`;
		let o = Nt(this.following?.view ?? {});
		if (i === "safety") return b`<mg-safety-page .home=${e} .ready=${o}></mg-safety-page>`;
		let s = n?.last[0];
		return b`<mg-history-page
      .home=${e}
      .filters=${a}
      .latest=${s ? `${s.request_id} ${s.kind}` : ""}
      .came=${t.unread.map(({ message_id: e }) => e).join()}
      .erased=${n?.erased ?? 0}
      .ready=${o}
      .narrow=${this.narrow}
      @mg-filters=${(e) => this.go({
			page: "history",
			filters: e.detail
		})}
      @mg-open-request=${this.openRequest}
    ></mg-history-page>`;
	}
	turn(e) {
		return (t) => {
			t.button !== 0 || t.metaKey || t.ctrlKey || t.shiftKey || (t.preventDefault(), Gt(Cn(this.root, {
				page: e,
				filters: {}
			})), this.renderRoot.querySelector("main")?.scrollTo(0, 0));
		};
	}
	go(e) {
		Gt(Cn(this.root, e), !0);
	}
};
j([E({ type: Boolean })], $.prototype, "narrow", void 0), j([E({ attribute: !1 })], $.prototype, "route", void 0), j([E({ attribute: !1 })], $.prototype, "panel", void 0), j([D()], $.prototype, "home", void 0), j([E({
	attribute: !1,
	noAccessor: !0
})], $.prototype, "hass", null), $ = j([M("message-guard-panel")], $);
// src/index.ts
var Qr = "message-guard-card";
window.customCards ??= [], window.customCards.some(({ type: e }) => e === Qr) || window.customCards.push({
	type: Qr,
	name: "Message Guard",
	description: document.documentElement.lang.startsWith("de") ? "Was auf eine Bestätigung wartet, mit Senden und Nicht senden" : "What waits for a confirmation, with Send and Don't send",
	preview: !1
}), await Wt();
