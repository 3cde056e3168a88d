"""Many copies of a few meshes by geometry nodes."""

import math

import bpy
import numpy as np

from .mesh import link


def scatter(name, lib, points, size, rng, tilt=0.0):
    """Instances on points by geometry nodes: tens of thousands without as many objects."""
    n = len(points)
    me = bpy.data.meshes.new(name)
    me.vertices.add(n)
    me.vertices.foreach_set("co", np.ascontiguousarray(points, np.float32).ravel())
    turn = np.stack(
        [rng.uniform(-tilt, tilt, n), rng.uniform(-tilt, tilt, n), rng.uniform(0, 2 * math.pi, n)],
        1,
    )
    pick = rng.integers(0, len(lib.objects), n)
    for key, kind, field, values, exact in (
        ("turn", "FLOAT_VECTOR", "vector", turn, np.float32),
        ("size", "FLOAT", "value", size, np.float32),
        ("pick", "INT", "value", pick, np.int32),
    ):
        me.attributes.new(key, kind, "POINT").data.foreach_set(
            field, np.asarray(values, exact).ravel()
        )
    tree = bpy.data.node_groups.new(name, "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    new = tree.nodes.new
    enter, leave = new("NodeGroupInput"), new("NodeGroupOutput")
    inst, info = new("GeometryNodeInstanceOnPoints"), new("GeometryNodeCollectionInfo")
    info.inputs["Collection"].default_value = lib
    info.inputs["Separate Children"].default_value = info.inputs["Reset Children"].default_value = (
        True
    )
    inst.inputs["Pick Instance"].default_value = True
    tree.links.new(enter.outputs[0], inst.inputs["Points"])
    tree.links.new(info.outputs[0], inst.inputs["Instance"])
    for key, kind, socket in (
        ("turn", "FLOAT_VECTOR", "Rotation"),
        ("size", "FLOAT", "Scale"),
        ("pick", "INT", "Instance Index"),
    ):
        a = new("GeometryNodeInputNamedAttribute")
        a.data_type = kind
        a.inputs[0].default_value = key
        tree.links.new(a.outputs[0], inst.inputs[socket])
    tree.links.new(inst.outputs[0], leave.inputs[0])
    link(name, me).modifiers.new("scatter", "NODES").node_group = tree


def library(name, objects):
    """A collection to pick instances from."""
    lib = bpy.data.collections.new(name)
    for o in objects:
        lib.objects.link(o)
    return lib
