"""Shader node graphs by call: every method returns a socket, numbers and sockets mix freely."""

import bpy


class Graph:
    """The nodes of one tree; a method adds a node, wires its inputs and returns its output."""

    def __init__(self, tree):
        self.tree = tree

    def add(self, kind, **props):
        """Add a bare node and set its properties."""
        node = self.tree.nodes.new("ShaderNode" + kind)
        for key, value in props.items():
            setattr(node, key, value)
        return node

    def node(self, kind, inputs=(), out=0, **props):
        """Add a node, wire its inputs and return one of its outputs."""
        node = self.add(kind, **props)
        for key, value in dict(inputs).items():
            self.set(node.inputs[key], value)
        return node.outputs[out] if node.outputs else None

    def set(self, socket, value):
        """Wire a socket to a socket, or give it a value; a colour may lack its alpha."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif value is not None:
            lacks_alpha = socket.type == "RGBA" and isinstance(value, tuple) and len(value) == 3
            socket.default_value = (*value, 1) if lacks_alpha else value

    def math(self, op, a, b=None, c=None, clamp=False):
        """One step of arithmetic."""
        return self.node("Math", {0: a, 1: b, 2: c}, operation=op, use_clamp=clamp)

    def vector(self, op, a, b=None, scale=None):
        """One step of vector arithmetic."""
        inputs = {0: a}
        if b is not None:
            inputs[1] = b
        if scale:
            inputs["Scale"] = scale
        return self.node("VectorMath", inputs, operation=op)

    def noise(self, vec, scale, detail=3.0, rough=0.55, out=0, flat=False):
        """Fractal noise; flat drops the third dimension where two are enough, at half the cost."""
        inputs = {"Vector": vec, "Scale": scale, "Detail": detail, "Roughness": rough}
        return self.node("TexNoise", inputs, out, noise_dimensions="2D" if flat else "3D")

    def noise2(self, vec, scale, detail=3.0, rough=0.55, out=0):
        """Fractal noise of two dimensions."""
        return self.noise(vec, scale, detail, rough, out, flat=True)

    def edges(self, vec, scale):
        """Distance to the nearest border of Voronoi cells: the net of a crazed surface."""
        inputs = {"Vector": vec, "Scale": scale}
        return self.node("TexVoronoi", inputs, feature="DISTANCE_TO_EDGE", voronoi_dimensions="2D")

    def range(self, x, a, b, c=0.0, d=1.0, soft=False):
        """Map a..b to c..d and clamp."""
        kind = "SMOOTHSTEP" if soft else "LINEAR"
        return self.node("MapRange", {0: x, 1: a, 2: b, 3: c, 4: d}, interpolation_type=kind)

    def mix(self, fac, a, b, how="MIX"):
        """Blend two colours."""
        return self.node("Mix", {0: fac, 6: a, 7: b}, 2, data_type="RGBA", blend_type=how)

    def gray(self, value):
        """A number as a colour."""
        return self.node("CombineColor", {0: value, 1: value, 2: value})

    def ramp(self, fac, *stops):
        """Colour by a number, between stops of (position, colour)."""
        node = self.add("ValToRGB")
        self.set(node.inputs[0], fac)
        while len(node.color_ramp.elements) < len(stops):
            node.color_ramp.elements.new(0.5)
        for element, (at, colour) in zip(node.color_ramp.elements, stops, strict=True):
            element.position, element.color = at, (*colour, 1)
        return node.outputs[0]

    def attr(self, name, out="Fac"):
        """An attribute of the mesh."""
        return self.node("Attribute", {}, out, attribute_name=name)


class Shader(Graph):
    """A material under work; its noises live in the world, or with local in the object's space."""

    def __init__(self, name, local=False):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        super().__init__(self.material.node_tree)
        self.bsdf = self.tree.nodes["Principled BSDF"]
        self.local = local

    def wire(self, value, socket):
        """The same as set, in the order of reading."""
        self.set(socket, value)

    def grain(self, scale, detail=3.0, vec=None, rough=0.5):
        """Noise in the shader's own space."""
        if vec is None:
            place = ("TexCoord", "Object") if self.local else ("NewGeometry", "Position")
            vec = self.node(place[0], out=place[1])
        return self.noise(vec, scale, detail, rough)

    def scaled(self, vec, k, add=None):
        """A vector times k, perhaps shifted."""
        vec = self.vector("MULTIPLY", vec, k)
        return vec if add is None else self.vector("ADD", vec, add)

    def tint(self):
        """The tint that each face carries."""
        return self.attr("tint", "Color")

    def own(self):
        """Face tint times object colour."""
        return self.mix(1.0, self.tint(), self.node("ObjectInfo", out="Color"), "MULTIPLY")

    def uv(self):
        """Both texture coordinates."""
        node = self.node("SeparateXYZ", {0: self.node("UVMap")}).node
        return node.outputs[0], node.outputs[1]

    def done(self, color, rough=0.6, metal=0.0, bump=None, dist=0.02, coat=0.0, spec=0.5, **more):
        """Wire the surface and return the material; more names further inputs of the surface."""
        inputs = {
            "Base Color": color,
            "Roughness": rough,
            "Metallic": metal,
            "Coat Weight": coat,
            "Specular IOR Level": spec,
            **{name.replace("_", " "): value for name, value in more.items()},
        }
        for name, value in inputs.items():
            self.set(self.bsdf.inputs[name], value)
        if bump is not None:
            normal = self.node("Bump", {"Distance": dist, "Height": bump})
            self.set(self.bsdf.inputs["Normal"], normal)
        return self.material

    def blend(self, fac, other):
        """Mix the surface with another one and return the material."""
        end = self.node("MixShader", {0: fac, 1: self.bsdf.outputs[0], 2: other})
        self.set(self.tree.nodes["Material Output"].inputs[0], end)
        return self.material


def new_material(name, color=(0.5, 0.5, 0.5), rough=0.6, metal=0.0, coat=0.0):
    """A material, the graph of its nodes, and its surface node."""
    shader = Shader(name)
    shader.done(color, rough, metal, coat=coat)
    return shader.material, shader, shader.bsdf


def plain(*args, **kw):
    """A material of one colour."""
    return new_material(*args, **kw)[0]


def add_haze(colour, reach):
    """Air light by viewing distance in every material: cheaper than a volume and free of noise."""
    for material in bpy.data.materials:
        nodes = material.node_tree.nodes
        out = next(n for n in nodes if n.type == "OUTPUT_MATERIAL")
        g = Graph(material.node_tree)
        far = g.math("MULTIPLY", g.node("CameraData", out="View Distance"), -1.0 / reach)
        fac = g.math("SUBTRACT", 1.0, g.math("EXPONENT", far))
        fac = g.math("MULTIPLY", fac, g.node("LightPath", out="Is Camera Ray"))
        air = g.node("Emission", {"Color": colour, "Strength": 1.0})
        surface = out.inputs["Surface"].links[0].from_socket
        g.set(out.inputs["Surface"], g.node("MixShader", {0: fac, 1: surface, 2: air}))
        # thousands of glowing triangles would otherwise be sampled as lamps
        material.cycles.emission_sampling = "NONE"
