"""Harmless pictures that Cairn draws itself: rooms, objects, patterns, taken by simulated cameras."""

from cairn.synthetic.cameras import Camera, Exposure, Model, expose, fleet
from cairn.synthetic.photographs import Shot, Subject, take, write_photograph
from cairn.synthetic.scenes import Scene, render
from cairn.synthetic.story import write_story
from cairn.synthetic.truth import Alteration, Expected, Holding, Story, save_truth
from cairn.synthetic.viewpoint import Viewpoint

__all__ = [
    "Alteration",
    "Camera",
    "Expected",
    "Exposure",
    "Holding",
    "Model",
    "Scene",
    "Shot",
    "Story",
    "Subject",
    "Viewpoint",
    "expose",
    "fleet",
    "render",
    "save_truth",
    "take",
    "write_photograph",
    "write_story",
]
